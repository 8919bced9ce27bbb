import threading, os
from werkzeug.serving import make_server
from tests.house.furnished_family import family
from tests import factories
from portal.staff.roles import Role
OUT="/tmp/family_work/shots"; os.makedirs(OUT, exist_ok=True)
def test_try(app, school, saved, sign_in):
    from portal.cases import service as cases
    from portal.db import session
    with saved():
        case = factories.case(school); session.flush()
        ids = family(school, case); ref = case.reference
        fresh = factories.case(school); session.flush()
        ref2 = fresh.reference
        one = cases.people_in(case)[0].id
    b = sign_in(Role.DSL)
    paths = {"decide": f"/cases/{ref}/family/{one}/decide", "wish": f"/cases/{ref}/family/{one}/wish", "agree": f"/cases/{ref}/family/{one}/updates/new", "corr": f"/cases/{ref}/family/contacts/{ids['contact_id'][0]}", "end": f"/cases/{ref}/family/updates/{ids['agreement_id'][0]}/end", "overview": f"/cases/{ref}/family", "overview2": f"/cases/{ref2}/family", "show": f"/cases/{ref}/family/{one}", "contact": f"/cases/{ref}/family/{one}/contacts/new"}
    server = make_server("127.0.0.1", 8104, app, threaded=True)
    t = threading.Thread(target=server.serve_forever); t.start()
    try:
        from playwright.sync_api import sync_playwright
        cookies = [{"name": c.key, "value": c.value, "url": "http://127.0.0.1:8104"} for c in b.client._cookies.values()]
        with sync_playwright() as p:
            br = p.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox","--disable-gpu"])
            for w in (1280, 320):
                ctx = br.new_context(viewport={"width": w, "height": 900}); ctx.add_cookies(cookies)
                pg = ctx.new_page()
                for name, path in paths.items():
                    pg.goto("http://127.0.0.1:8104"+path)
                    print(name, w, pg.evaluate("document.documentElement.scrollWidth"), pg.title())
                    pg.evaluate(__import__("pathlib").Path("tests/vendor/axe-core/axe.min.js").read_text()); r = pg.evaluate("axe.run()"); print("AXE", name, [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in r["violations"]])
                    if name == "contact":
                        pg.fill("#we_said", "We spoke of her girlfriend and Owen Price.")
                        pg.fill("#they_said", "x")
                        pg.check("input[name=with_whom] >> nth=1"); pg.check("input[name=blames] >> nth=0")
                        pg.click("form.portal-form .portal-form__buttons button")
                        pg.wait_for_load_state()
                        pg.screenshot(path=f"{OUT}/{name}_err_{w}.png", full_page=True)
            br.close()
    finally:
        server.shutdown(); t.join()
