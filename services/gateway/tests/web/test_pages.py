"""The pages as a browser gets them."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from werkzeug.exceptions import MethodNotAllowed, NotFound

import gateway.web
from gateway.web.menu import MENU

RELATION = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c02"
MOMENT = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c05"
REQUEST = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c06"
OTHER = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c08"
MERGE = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c10"
UPLOAD = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c13"
IMPORT = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c11"
DRAFT = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c14"
ADDRESS = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c03"
TEMPLATES = Path(gateway.web.__file__).parent / "templates"
ACCOUNT = "/settings/registers/companyinfo"
LINKS = ("href", "action", "formaction", "hx-get", "hx-post")


class Links(HTMLParser):
    """Gathers where a page leads to, and with which method."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[tuple[str, str]] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take the addresses of one element."""
        given = dict(attrs)
        for name in LINKS:
            url = given.get(name) or ""
            if url.startswith("/"):
                is_post = name in ("hx-post", "formaction") or (name == "action" and given.get("method") == "post")
                self.found.add(("POST" if is_post else "GET", url.partition("#")[0]))


def links_of(page: str) -> set[tuple[str, str]]:
    """Return where a page leads to."""
    parser = Links()
    parser.feed(page)
    return parser.found


@pytest.mark.parametrize("username", ["anna", "karel", "gast", "admin"])
def test_every_page_a_user_is_led_to_opens_and_every_address_on_it_exists(
    browser_of: Callable[[str], Any], gateway: Any, username: str
) -> None:
    browser = browser_of(username)
    adapter = gateway.kit.app.url_map.bind("localhost")
    seen, todo = set(), ["/", "/search", "/search?q=x", f"/relations/{RELATION}"]
    while todo:
        url = todo.pop()
        shape = re.sub(r"\?.*", "?", re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "id", url))
        if shape in seen:
            continue
        seen.add(shape)
        page = browser.get(url, buffered=True)
        assert page.status_code in (200, 302), f"{url}: {page.status_code}"
        assert len(page.data) < 100_000
        if not page.content_type.startswith("text/html"):
            continue
        for method, address in sorted(links_of(page.text)):
            try:
                adapter.match(address.partition("?")[0], method=method)
            except (NotFound, MethodNotAllowed):
                pytest.fail(f"{url} leads to {method} {address}, which does not exist")
            if method == "GET" and not address.startswith("/m365/connect"):
                todo.append(address)
    assert len(seen) > 12


def test_every_template_is_drawn_somewhere(browser_of: Callable[[str], Any], gateway: Any) -> None:
    loaded = gateway.kit.app.jinja_env.cache
    loaded.clear()
    _walk_forms_and_failures(browser_of("anna"), gateway)
    boss = browser_of("admin")
    for path in ("/users", "/users/new", f"/users/{boss.user_id}", ACCOUNT, f"{ACCOUNT}/balance", "/hygiene/rules",
                 "/office", "/office/field/new", "/audit", "/notifications", "/notifications/latest",
                 "/preferences/tokens", "/relations/all"):  # fmt: skip
        assert boss.get(path).status_code == 200
    drawn = {name for _loader, name in loaded}
    written = {str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html")}
    assert sorted(written - drawn) == []


def _walk_forms_and_failures(anna: Any, gateway: Any) -> None:
    card, services = f"/relations/{RELATION}", gateway.services
    double = {"relation_id": RELATION, "display_name": "X", "number": 7, "city": "", "score": 90, "reasons": ["name"]}
    made = {"id": RELATION, "display_name": "X", "duplicates": [double]}
    assert anna.post("/gdpr/chosen", {"what": "erase", "relation_ids": [RELATION]}).status_code == 200
    for path in ("/", "/relations", "/history", "/search", "/alerts", "/contact-moments", "/preferences", "/m365",
                 "/gdpr/requests", "/gdpr/candidates", f"/gdpr/requests/{REQUEST}", f"{card}/gdpr/new", card,
                 "/duplicates", f"{card}/merge", f"{card}/merge/{OTHER}", f"/merges/{MERGE}", "/imports",
                 f"/imports/{IMPORT}", "/hygiene",
                 *(f"{card}/{tab}" for tab in ("communication", "addresses", "identity", "matters", "moments",
                                               "companyinfo", "gdpr", "changes", "groups", "links", "accounting")),
                 f"/contact-moments/{MOMENT}/edit", "/relations/new", "/nowhere",
                 f"/users/{anna.user_id}/m365", f"/users/{anna.user_id}/m365/preview",
                 f"/users/{anna.user_id}/m365/runs/01936f2e-7c1a-7d10-8a57-0a4b4b3a9c07"):  # fmt: skip
        anna.get(path)
    for step in range(1, 9):
        anna.get(f"/relations/wizard/{DRAFT}/{step}")
    elsewhere = {"entity.legal_name": "Zo", "was": '{"entity.legal_name": "Toen"}'}
    anna.post(f"/relations/wizard/{DRAFT}/2", elsewhere, headers={"HX-Request": "true"})
    services.answers["POST", "/drafts"] = (503, {"status": 503}, {})
    anna.post("/relations/new", {"kind": "other"})
    anna.post(f"/relations/wizard/{DRAFT}/2", {"version": "4"}, headers={"HX-Request": "true"})
    anna.get("/relations/choices?other=zo")
    anna.get(f"{card}/addresses/{ADDRESS}/shared")
    services.answers["PUT", f"{card}/photo"] = (422, {"type": "invalid"}, {})
    anna.post(f"{card}/photo", {"photo": (BytesIO(b"x"), "x.png")})
    anna.post("/relations/quick", {"name": ""})
    anna.post(f"/contact-moments/{MOMENT}/remove")
    moves = [{"service": "contacts", "what": "moment", "count": 1, "detail": "moved"}]
    services.answers["POST", f"{card}/merge"] = (200, {"merge_id": None, "moves": moves}, {})
    anna.post(f"{card}/merge/{OTHER}", {"step": "trial"})
    anna.get(f"/imports/uploads/{UPLOAD}")
    services.answers["POST", "/relations"] = (201, made, {})
    anna.post("/relations/quick", {"name": "X", "quick_kind": "other", "quick_group": "client"})
    services.answers["POST", f"/relations/{RELATION}/register-lookups"] = (409, {"type": "out-of-credit"}, {})
    anna.post(f"{card}/companyinfo/look-up")
    services.fill(UUID(OTHER), relation={"id": OTHER, "number": 7, "display_name": "X", "kind": "other",
                                         "status": "draft", "restricted": True})  # fmt: skip
    anna.get(f"/relations/{OTHER}")
    anna.client.delete_cookie("session")
    anna.client.get("/login")
    token = re.search(r'name="_csrf" value="([^"]+)"', anna.client.get("/login").text)
    assert token
    anna.client.post(
        "/login", data={"username": "anna", "password": "demo", "_csrf": token.group(1), "kept.memo": "x", "next": card}
    )


def test_hostile_names_are_shown_as_text_everywhere(anna: Any) -> None:
    card = f"/relations/{RELATION}"
    for path in ("/", "/relations", "/search?q=a", "/contact-moments", card, f"{card}/addresses", f"{card}/companyinfo",
                 f"{card}/matters", f"{card}/moments", f"{card}/edit/name", f"{card}/gdpr/new"):  # fmt: skip
        page = anna.get(path).text
        assert "&lt;script&gt;alert(1)" in page, path
        assert "<script>alert" not in page
    assert "Tweede &lt;b&gt;regel" in anna.get(card).text


def test_no_page_holds_a_script_or_style_of_its_own_or_anything_from_elsewhere(anna: Any) -> None:
    for path in ("/", f"/relations/{RELATION}", "/relations/new", "/m365", "/login"):
        page = anna.get(path, follow_redirects=True).text
        assert not re.search(r"<style|style=|\son\w+=|<script(?![^>]*\ssrc=)", page), path
        assert not re.search(r'(?:src|href)="(?:https?:)?//(?!www\.w3)', page), path


def test_the_card_tells_what_must_be_known_before_a_call(anna: Any) -> None:
    page = anna.get(f"/relations/{RELATION}").text
    for words in ("Belt liefst na 17 u", "#1042", "6875 0110", "Failliet verklaard", "020 794 0800", "+31 20 794 0800",
                  "05-01-2026", "2026/0012", "Een postcode kan niet kloppen"):  # fmt: skip
        assert words in page


def test_a_panel_that_is_down_is_told_with_a_way_to_try_again(anna: Any, services: Any) -> None:
    services.broken.add("matters")
    page = anna.get(f"/relations/{RELATION}/matters").text
    assert "Dit deel is even niet bereikbaar" in page
    assert "Opnieuw proberen" in page


def test_the_menu_shows_only_what_a_user_may_use(browser_of: Callable[[str], Any], gateway: Any) -> None:
    guest, lawyer, boss = (browser_of(name).get("/").text for name in ("gast", "anna", "admin"))
    assert "/gdpr/requests" not in guest
    assert "/relations/new" not in guest
    assert "/gdpr/requests" in lawyer
    assert "/users" not in re.findall(r'href="([^"]+)"', lawyer)
    assert "/users" in re.findall(r'href="([^"]+)"', boss)
    assert all(gateway.kit.app.view_functions[entry.endpoint] for _heading, entries in MENU for entry in entries)


def test_pages_one_may_not_use_say_so_in_the_frame(browser_of: Callable[[str], Any]) -> None:
    guest = browser_of("gast")
    for path in ("/users", "/gdpr/requests", "/relations/new", f"/relations/{RELATION}/edit/name"):
        page = guest.get(path)
        assert page.status_code == 403
        assert "Geen toegang" in page.text
        assert 'id="menu"' in page.text


def test_an_unknown_address_is_a_page_for_people_and_a_problem_for_programs(anna: Any) -> None:
    page = anna.get("/niets")
    assert page.status_code == 404
    assert "Niet gevonden" in page.text
    answer = anna.client.get("/api/v1/niets", headers={"Accept": "application/json"})
    assert answer.content_type.startswith("application/problem+json")
