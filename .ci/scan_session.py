"""Sign in at a demo school on loopback, for the scanners: cookies, and addresses with parameters.

scan_session.py BASE (dsl|staff) FOLDER
"""

import os
import re
import sys
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, build_opener

MOST = 60
ROLES = {"dsl": "Designated Safeguarding Lead", "staff": "Staff"}


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.hidden: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        if tag == "a" and known.get("href"):
            self.found.append(known["href"] or "")
        if tag == "input" and known.get("type") == "hidden" and known.get("name"):
            self.hidden[known["name"] or ""] = known.get("value") or ""


def main(base: str, who: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    jar = CookieJar()
    opener = build_opener(HTTPCookieProcessor(jar))
    opener.addheaders = [("User-Agent", os.environ["SCAN_AGENT"])]

    def read(address: str, data: dict[str, str] | None = None) -> Links:
        body = urlencode(data).encode() if data else None
        with opener.open(urljoin(base, address), body) as answer:
            page = Links()
            if answer.headers.get_content_type() == "text/html":
                page.feed(answer.read().decode())
            return page

    shown = (folder.parent / "fill.txt").read_text()
    found = re.search(rf"^{ROLES[who]}: (\S+)\s+(\S+)$", shown, re.MULTILINE)
    if found is None:
        raise SystemExit("the demo school printed nobody of this role")
    form = read("/sign-in").hidden
    read("/sign-in", {**form, "username": found[1], "password": found[2]})
    waiting, seen = ["/"], {"/"}
    while waiting and len(seen) < 400:
        for link in read(waiting.pop(0)).found:
            address = urlsplit(urljoin(base, link))
            ours = urlsplit(base).netloc == address.netloc
            path = address.path + (f"?{address.query}" if address.query else "")
            if ours and path not in seen and not re.search(r"sign-out|/file$|\.pdf", path):
                seen.add(path)
                waiting.append(path)
    plain = {re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "*", path): path for path in sorted(seen)}
    asked = [path for path in plain.values() if "?" in path]
    marked = [
        re.sub(r"(/cases/[^/?]+|[0-9a-f]{8}-[0-9a-f-]{27})", r"\1*", path, count=1)
        for path in plain.values()
        if "?" not in path and re.search(r"/cases/|[0-9a-f]{8}-", path)
    ]
    addresses = [*asked, "/cases?q=1&state=open&after=1", "/account/history?before=9", *marked][
        :MOST
    ]
    (folder / "addresses.txt").write_text("".join(f"{base}{one}\n" for one in addresses))
    cookies = {cookie.name: cookie.value or "" for cookie in jar}
    (folder / "cookie.txt").write_text("; ".join(f"{k}={v}" for k, v in cookies.items()))
    print(f"{len(seen)} pages seen, {len(addresses)} addresses to try as {who}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
