"""Lists as a browser gets them: sorted by a heading, filtered, paged and chosen from; and the box on top."""

import json
import re
from typing import Any
from urllib.parse import parse_qsl

import pytest

RELATION = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c02"
MOMENT = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c05"


def asked_of(services: Any, path: str) -> list[dict[str, str]]:
    """Return the queries that a service was asked under a path."""
    return [dict(parse_qsl(call.query)) for call in services.calls if call.method == "GET" and call.path == path]


@pytest.mark.parametrize(
    ("page", "path", "heading"),
    [
        ("/relations", "/relations", "/relations?sort=-name"),
        ("/relations?sort=number", "/relations", "/relations?sort=-number"),
        ("/history", "/history", "/history?sort=opened_at"),
        ("/contact-moments?status=open", "/contact-moments", "/contact-moments?status=open&amp;sort=subject"),
        ("/hygiene?sort=number", "/hygiene", "/hygiene?sort=-number"),
    ],
)
def test_a_heading_sorts_by_its_column_and_then_turns_it_around(
    anna: Any, services: Any, page: str, path: str, heading: str
) -> None:
    assert f'href="{heading}"' in anna.get(page).text
    anna.get(heading.replace("&amp;", "&"))
    assert asked_of(services, path)[-1]["sort"] == heading.partition("sort=")[2]


def test_users_are_sorted_and_paged(browser_of: Any) -> None:
    admin = browser_of("admin")
    names = re.findall(r'<td class="lead"><a[^>]*>([^<]+)', admin.get("/users?sort=-username").text)
    assert names == sorted(names, reverse=True)
    assert 'aria-sort="descending"' in admin.get("/users?sort=-username").text


def test_the_next_page_keeps_filters_and_order(anna: Any) -> None:
    page = anna.get("/relations?group=client&sort=-updated_at").text
    assert 'href="/relations?group=client&amp;sort=-updated_at&amp;cursor=verder"' in page
    assert '<input type="hidden" name="sort" value="-updated_at">' in page


def test_an_order_that_means_nothing_is_left_out(anna: Any, services: Any) -> None:
    assert anna.get("/relations?sort=memo;drop").status_code == 200
    assert "sort" not in asked_of(services, "/relations")[-1]


def test_every_filter_that_is_on_is_a_chip_that_takes_it_away(anna: Any) -> None:
    page = anna.get("/contact-moments?status=open&for_user=karel&sort=date").text
    assert 'class="chip" href="/contact-moments?status=open&amp;sort=date">Voor: Karel' in page
    assert 'class="chip" href="/contact-moments?for_user=karel&amp;sort=date">Open' in page


def test_all_of_a_list_are_chosen_only_when_that_is_said_with_their_number(anna: Any, services: Any) -> None:
    services.answers["GET", "/relations"] = (
        200, {"items": [{"id": RELATION}], "next_cursor": None, "total": 1240}, {},
    )  # fmt: skip
    services.answers["POST", "/relations/vcf"] = (200, {}, {})
    assert "Alle 1.240 relaties van deze lijst kiezen" in anna.get("/relations/all?group=client").text
    anna.post("/relations/vcards", {"all": "1", "group": "client"})
    assert asked_of(services, "/relations")[-1]["group"] == "client"
    [call] = [call for call in services.calls if call.path == "/relations/vcf"]
    assert json.loads(call.body) == {"relation_ids": [RELATION]}


def test_more_than_fits_in_one_file_is_not_begun(anna: Any, services: Any) -> None:
    services.answers["GET", "/relations"] = (200, {"items": [], "next_cursor": None, "total": 10_001}, {})
    assert 'type="checkbox"' not in anna.get("/relations/all").text
    many = [{"id": RELATION}] * 200
    services.answers["GET", "/relations"] = (200, {"items": many, "next_cursor": "verder"}, {})
    assert anna.post("/relations/vcards", {"all": "1"}).status_code == 422
    assert not [call for call in services.calls if call.path == "/relations/vcf"]


@pytest.mark.parametrize(
    ("typed", "found", "kind"),
    [
        ("hygiene", "Hygiëne", "pagina"),
        ("nieuwe rel", "Nieuwe relatie", "actie"),
        ("GDPR kan", "Kandidaten", "pagina"),
        ("%", "", ""),
    ],
)
def test_the_box_finds_pages_and_actions_by_the_beginning_of_their_words(
    anna: Any, typed: str, found: str, kind: str
) -> None:
    page = anna.get("/search", query_string={"q": typed}).text
    said = re.findall(r'<span>([^<]*)</span><span class="quiet small">(pagina|actie)', page)
    assert said == ([(found, kind)] if found else [])


def test_the_box_offers_only_what_this_user_may_do(browser_of: Any) -> None:
    guest = browser_of("gast")
    assert "Nieuwe relatie" not in guest.get("/search?q=nieuwe").text
    assert "Nieuwe gebruiker" in browser_of("admin").get("/search?q=nieuwe").text


def test_chosen_moments_are_finished_or_given_to_somebody_in_one_act(anna: Any, services: Any) -> None:
    page = anna.get("/contact-moments?status=open").text
    assert f'name="moment_ids" value="{MOMENT}" form="chosen"' in page
    form = {"moment_ids": [MOMENT], "next": "/contact-moments?status=open"}
    answer = anna.post("/contact-moments/chosen", {**form, "act": "done"})
    assert answer.location == "/contact-moments?status=open&done=moments-done"
    anna.post("/contact-moments/chosen", {**form, "act": "give", "for_user": "karel"})
    sent = [json.loads(call.body) for call in services.calls if call.method == "PATCH"]
    assert sent == [{"status": "done"}, {"for_user": "karel"}]
    for wrong in ({"act": "done"}, {**form, "act": "give", "for_user": "niemand"}):
        assert anna.post("/contact-moments/chosen", wrong).status_code == 422


def test_a_moment_that_is_gone_or_changed_meanwhile_holds_up_no_other(anna: Any, services: Any) -> None:
    services.answers["GET", f"/contact-moments/{RELATION}"] = (404, {"type": "not-found"}, {})
    answer = anna.post("/contact-moments/chosen", {"moment_ids": [RELATION, MOMENT], "act": "done", "next": "//evil"})
    assert answer.location.startswith("/contact-moments") or answer.location.startswith("/?")
    assert [call.path for call in services.calls if call.method == "PATCH"] == [f"/contact-moments/{MOMENT}"]


def test_who_may_not_write_chooses_no_moments(browser_of: Any) -> None:
    assert "moment_ids" not in browser_of("gast").get("/contact-moments").text
