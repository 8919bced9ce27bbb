"""The settings file: what it may say, and the sentence for each thing that it may not."""

import os
from dataclasses import replace

import pytest

from portal import boot, create_app
from portal.config import ROOT, Mode, load
from portal.staff.single_sign_on.settings import BadSetting, Kind, read
from tests.conftest import put_up
from tests.staff.sso.conftest import settings_text, write_home

TENANT = "11111111-2222-3333-4444-555555555555"
ENTRA = f"""
address = "https://portal.oakfield.example"

[[provider]]
code = "microsoft"
label = "Microsoft"
issuer = "https://login.microsoftonline.com/{TENANT}/v2.0"
client_id = "99999999-0000-0000-0000-000000000000"
client_secret_file = "real.secret"
schools = ["Oakfield School"]
"""
GOOGLE = """
address = "https://portal.oakfield.example"

[[provider]]
code = "google"
label = "Google"
issuer = "https://accounts.google.com"
domain = "oakfield.example"
client_id = "1234.apps.googleusercontent.com"
client_secret_file = "other.secret"
schools = ["Oakfield School", "Ashdown School"]
"""
ISSUER = f"https://login.microsoftonline.com/{TENANT}/v2.0"


@pytest.fixture
def settings(tmp_path):
    """`settings(text)` writes the file and reads it as a real school would."""

    def settings(text, **changes):
        home = tmp_path / "home"
        write_home(home, text)
        config = load({"PORTAL_HOME": str(home), "PORTAL_HTTPS": "1"})
        config = replace(config, **{"hosts": ("portal.oakfield.example", "localhost"), **changes})
        return read(config)

    return settings


def test_microsoft_and_google(settings):
    found = settings(ENTRA + GOOGLE.partition("\n\n")[2]).providers

    assert (found["microsoft"].kind, found["microsoft"].tenant) == (Kind.ENTRA, TENANT)
    assert (found["google"].kind, found["google"].domain) == (Kind.GOOGLE, "oakfield.example")
    assert found["google"].hosts == {"oauth2.googleapis.com", "www.googleapis.com"}
    assert not found["microsoft"].amr | found["microsoft"].acr
    assert "secret &" not in repr(found)


def test_the_example_in_the_documentation_can_be_used(settings):
    text = (ROOT / "docs" / "single-sign-on.md").read_text(encoding="utf-8")
    example = text.split("```toml\n")[1].split("```")[0]
    for name in ("microsoft.secret", "google.secret"):
        example = example.replace(name, "real.secret")

    found = settings(example, hosts=("safeguarding.oakfield.example",))

    assert set(found.providers) == {"microsoft", "google"}


@pytest.mark.parametrize("tenant", ["common", "organizations", "consumers", "oakfield.example", ""])
def test_an_issuer_that_stands_for_everybody_is_refused(settings, tenant):
    with pytest.raises(BadSetting, match="one tenant by its ID"):
        settings(ENTRA.replace(TENANT, tenant))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("/v2.0", "/", "one tenant"),
        ("/v2.0", "/v2.0/", "one tenant"),
        ("https://login.microsoftonline.com", "http://login.microsoftonline.com", "https://"),
        (ISSUER, f"https://sts.windows.net/{TENANT}/", "v2.0 issuer"),
        (ISSUER, "https://accounts.google.com/", "exactly"),
        (ISSUER, "https://accounts.google.com", "domain is missing"),
        (ISSUER, "https://user@login.example", "nothing else"),
        (ISSUER, "https://login.example:port", "not an address"),
        (ISSUER, "nonsense", "https://"),
        ('code = "microsoft"', 'code = "../x"', "short word"),
        ('code = "microsoft"', "", "code is missing"),
        ('label = "Microsoft"', 'label = "<b>"', "plain characters"),
        ('label = "Microsoft"', "label = 7", "label is missing"),
        ('schools = ["Oakfield School"]', "", "must be a list"),
        ('schools = ["Oakfield School"]', "schools = []", "must be a list"),
        ('schools = ["Oakfield School"]', 'schools = "Oakfield"', "must be a list"),
        ("real.secret", "missing.secret", "cannot be read"),
        ("[[provider]]", 'colour = "red"\n[[provider]]', "not a setting"),
        ("[[provider]]", "[[provider]]\nhd = 1", "not a setting"),
        ("[[provider]]", '[[provider]]\ndomain = "x.example"', "only for Google"),
        ("[[provider]]", '[[provider]]\nhosts = ["x.example"]', "take hosts out"),
        ("[[provider]]", "[[provider]]\nsecond_factor = {amr = 7}", "must be a list"),
        ("[[provider]]", "[[provider]]\nsecond_factor = {mfa = true}", "not a setting"),
        ("[[provider]]", "[[provider]]\nsecond_factor = true", "lists values"),
        ("[[provider]]", '[[provider]]\nsecond_factor = {amr = ["pwd"]}', "password was given"),
        ("[[provider]]", "[provider]", "at least one"),
        ("address", "adress", "not a setting"),
        ('example"\n', 'example/portal"\n', "without a path"),
        ('example"\n', 'example?x=1"\n', "nothing else"),
        ("https://portal", "http://portal", "https://"),
        ("portal.oakfield", "another.oakfield", "PORTAL_HOSTS"),
        ('address = "', 'address = ["', "cannot be read"),
    ],
)
def test_what_cannot_be_used_is_said(settings, old, new, says):
    assert old in ENTRA
    with pytest.raises(BadSetting, match=says):
        settings(ENTRA.replace(old, new, 1))


def test_two_providers_differ_in_their_codes(settings):
    with pytest.raises(BadSetting, match="Two providers"):
        settings(ENTRA + ENTRA.partition("\n\n")[2])


def test_a_portal_behind_https_says_so(settings):
    with pytest.raises(BadSetting, match="PORTAL_HTTPS"):
        settings(ENTRA, https=False)


@pytest.mark.parametrize("secret", ["", "\n", "two\nlines", "x" * 501])
def test_a_secret_is_one_line(settings, tmp_path, secret):
    settings(ENTRA)
    file = tmp_path / "home" / "real.secret"
    file.write_text(secret)

    with pytest.raises(BadSetting, match="nothing else"):
        read(configured(tmp_path))


@pytest.mark.skipif(os.name != "posix", reason="Windows has other rights")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_a_secret_that_others_can_read_is_refused(settings, tmp_path, mode):
    settings(ENTRA)
    (tmp_path / "home" / "real.secret").chmod(mode)

    with pytest.raises(BadSetting, match="chmod 600"):
        read(configured(tmp_path))


def configured(tmp_path):
    config = load({"PORTAL_HOME": str(tmp_path / "home"), "PORTAL_HTTPS": "1"})
    return replace(config, hosts=("portal.oakfield.example",))


# --- at the start ---------------------------------------------------------------------------------


def test_the_demo_school_has_no_providers(settings):
    assert settings(ENTRA, mode=Mode.DEMO) is None


def at_home(engine, tmp_path, text):
    put_up(engine, {"school"})
    write_home(tmp_path / "home", text)
    return replace(engine.config, home=tmp_path / "home")


def test_bad_settings_end_the_start_with_a_sentence(engine, tmp_path):
    config = at_home(engine, tmp_path, "nonsense")

    with pytest.raises(boot.CannotStart, match=r"single-sign-on\.toml cannot be read"):
        create_app(config)


def test_a_school_that_is_not_there_ends_the_start(engine, tmp_path):
    text = settings_text("http://localhost:1", "http://localhost:2")
    config = at_home(engine, tmp_path, text.replace("Oakfield School", "Oakfeld School"))

    with pytest.raises(boot.CannotStart, match="no school here is called “Oakfeld School”"):
        create_app(config)


def test_a_missing_extra_ends_the_start_with_what_to_do(engine, tmp_path, monkeypatch):
    config = at_home(engine, tmp_path, settings_text("http://localhost:1", "http://localhost:2"))
    monkeypatch.setattr(boot, "find_spec", lambda _: None)

    with pytest.raises(boot.CannotStart, match=r"requirements-sso\.lock"):
        create_app(config)


def test_without_the_file_there_is_no_trace(engine, tmp_path):
    put_up(engine, {"school"})
    app = create_app(replace(engine.config, home=tmp_path))

    assert not [one for one in app.url_map.iter_rules() if one.endpoint.startswith("single.")]
    assert "single_sign_on" not in app.extensions
    client = app.test_client()
    never = client.get("/sign-in/never-was")
    there = client.get("/sign-in/with/real")
    assert (there.status_code, there.data) == (never.status_code, never.data) == (404, never.data)
    assert "school account" not in client.get("/sign-in").text
    app.extensions["database"].engine.dispose()


def test_nothing_of_the_extra_is_imported_without_the_file():
    """A school that does not use it does not need its packages."""
    import subprocess
    import sys

    ask = (
        "import sys; sys.modules['authlib'] = None; sys.modules['joserfc'] = None;"
        "import portal.boot, portal.staff.views, portal.commands._serve;"
        "from portal.staff.single_sign_on import wiring, settings"
    )
    subprocess.run([sys.executable, "-c", ask], check=True, cwd=ROOT)
