"""What happens to what somebody typed."""

import json
from typing import Any

RELATION = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c02"
ADDRESS = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c03"
ENTRY = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c04"
MOMENT = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c05"
REQUEST = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c06"
CARD = f"/relations/{RELATION}"


def problem(status: int, **more: Any) -> tuple[int, dict[str, Any], dict[str, str]]:
    return status, {"status": status, **more}, {}


def sent(services: Any, method: str, path: str) -> Any:
    call = [each for each in services.calls if (each.method, each.path) == (method, path)][-1]
    return json.loads(call.body), call.headers


def test_quick_add_splits_a_name_and_makes_a_draft(anna: Any, services: Any) -> None:
    services.answers["POST", "/relations"] = (201, {"id": RELATION, "duplicates": []}, {})
    for typed in ("Lies Van Damme", "Van Damme, Lies"):
        anna.post("/relations/quick", {"name": typed, "quick_kind": "natural_person", "quick_group": "prospect"})
        body, _headers = sent(services, "POST", "/relations")
        assert body == {"kind": "natural_person", "status": "draft", "groups": ["prospect"],
                        "person": {"first_names": "Lies", "last_name": "Van Damme"}}  # fmt: skip


def test_only_what_was_changed_is_sent_and_only_onto_the_version_that_was_seen(anna: Any, services: Any) -> None:
    services.answers["PATCH", CARD] = (200, {}, {})
    was = json.dumps({"warning": "Belt liefst na 17 u", "memo": "Eerste regel\nTweede <b>regel</b>"})
    answer = anna.post(
        f"{CARD}/edit/notes", {"warning": "Belt liefst na 18 u", "memo": "Eerste regel\r\nTweede <b>regel</b>",
                               "version": "3", "was": was})  # fmt: skip
    assert answer.status_code == 303
    body, headers = sent(services, "PATCH", CARD)
    assert body == {"warning": "Belt liefst na 18 u"}
    assert headers["If-Match"] == '"3"'


def test_when_somebody_else_saved_first_both_versions_are_shown_and_what_was_typed_stays(
    anna: Any, services: Any
) -> None:
    was = json.dumps({"warning": "Oude waarschuwing", "memo": ""})
    page = anna.post(f"{CARD}/edit/notes", {"warning": "Mijn waarschuwing", "memo": "", "version": "2", "was": was})
    assert page.status_code == 412
    assert not [call for call in services.calls if call.method == "PATCH"], "nothing was overwritten"
    assert "Belt liefst na 17 u" in page.text
    assert 'value="Mijn waarschuwing"' in page.text
    assert 'name="version" value="3"' in page.text


def test_another_block_saved_meanwhile_is_no_conflict(anna: Any, services: Any) -> None:
    services.answers["PATCH", CARD] = (200, {}, {})
    was = json.dumps({"warning": "Belt liefst na 17 u", "memo": "Eerste regel\nTweede <b>regel</b>"})
    anna.post(f"{CARD}/edit/notes", {"warning": "", "memo": "Eerste regel\nTweede <b>regel</b>", "version": "1",
                                     "was": was})  # fmt: skip
    assert sent(services, "PATCH", CARD)[1]["If-Match"] == '"3"'


def test_a_form_without_our_token_is_refused(anna: Any, services: Any) -> None:
    for form in ({}, {"_csrf": "geraden"}):
        answer = anna.client.post(f"{CARD}/edit/notes", data={"memo": "x", **form})
        assert answer.status_code == 403
    assert not [call for call in services.calls if call.method == "PATCH"]


def test_what_was_being_saved_when_the_session_ended_is_kept_through_signing_in(anna: Any, gateway: Any) -> None:
    client = anna.client
    client.delete_cookie("session")
    page = client.post(f"{CARD}/edit/notes", data={"memo": "lang <b>verhaal</b>", "version": "3"},
                       headers={"Sec-Fetch-Site": "same-origin"})  # fmt: skip
    assert page.status_code == 401
    assert 'name="kept.memo" value="lang &lt;b&gt;verhaal&lt;/b&gt;"' in page.text
    foreign = client.post(f"{CARD}/edit/notes", data={"memo": "x"}, headers={"Origin": "https://elders.example"})
    assert "kept.memo" not in foreign.text


def test_an_irreversible_request_is_typed_out_first(anna: Any, services: Any) -> None:
    services.answers["POST", "/gdpr/requests"] = (202, {"id": RELATION}, {})
    wrong = anna.post(f"{CARD}/gdpr/new", {"kind": "erase", "reason": "einde", "confirmation": "ja"})
    assert wrong.status_code == 422
    assert not [call for call in services.calls if (call.method, call.path) == ("POST", "/gdpr/requests")]
    for typed in ("1042", "#1042", "Wissen"):
        right = anna.post(f"{CARD}/gdpr/new", {"kind": "erase", "reason": "einde", "confirmation": typed})
        assert right.status_code == 303
    assert sent(services, "POST", "/gdpr/requests")[0] == {
        "kind": "erase", "relation_ids": [RELATION], "reason": "einde"}  # fmt: skip


def test_a_request_in_which_somebody_failed_is_asked_again_in_one_press(anna: Any, services: Any) -> None:
    path = f"/gdpr/requests/{REQUEST}"
    assert f"{path}/retry" not in anna.get(path).text
    _status, found, _headers = services.answers["GET", path]
    services.answers["GET", path] = (200, {**found, "status": "failed"}, {})
    assert f'action="{path}/retry"' in anna.get(path).text
    assert anna.post(f"{path}/retry").location.endswith(path)
    assert [call for call in services.calls if (call.method, call.path) == ("POST", f"{path}/retry")]


def test_both_lists_are_saved_together_also_without_a_script(anna: Any, services: Any) -> None:
    path = f"/users/{anna.user_id}/m365-sync"
    services.answers["PUT", path] = (200, {}, {})
    anna.post(f"/users/{anna.user_id}/m365", {
        "enabled": "1", "without_script": "1", "known_synchronised": ["client"], "known_excluded": ["court", "notary"],
        "synchronised_groups": ["client"], "excluded_groups": ["court"]})  # fmt: skip
    assert sent(services, "PUT", path)[0] == {
        "enabled": True, "synchronised_groups": ["court"], "excluded_groups": ["client", "notary"]}  # fmt: skip


def test_an_administrator_makes_a_user_and_errors_name_their_field(admin: Any) -> None:
    weak = admin.post("/users/new", {"username": "Nieuw!", "display_name": "N", "password": "kort", "language": "nl"})
    assert weak.status_code == 422
    assert 'aria-invalid="true"' in weak.text
    form = {"username": "nieuw", "display_name": "Nieuwe", "password": "lang-genoeg-1", "language": "fr",
            "rights": ["read"]}  # fmt: skip
    assert admin.post("/users/new", form).status_code == 303
    assert "nieuw" in admin.get("/users").text
    again = admin.post("/users/new", form)
    assert again.status_code == 422
    assert "Deze gebruikersnaam bestaat al" in again.text


def test_the_password_of_the_office_account_is_only_sent_when_typed(admin: Any, services: Any) -> None:
    path = "/settings/registers/companyinfo"
    services.answers["PUT", path] = (200, {}, {})
    admin.post(path, {"username": "kantoor", "password": "", "price_cents": "95", "version": "4"})
    assert "password" not in sent(services, "PUT", path)[0]
    admin.post(path, {"username": "kantoor", "password": "geheim", "price_cents": "95", "version": "4"})
    assert sent(services, "PUT", path)[0]["password"] == "geheim"
    assert "geheim" not in admin.get(path).text


def test_a_user_reads_the_pages_in_the_language_of_choice(anna: Any) -> None:
    assert anna.post("/preferences", {"language": "fr"}).status_code == 303
    page = anna.get(CARD).text
    assert '<html lang="fr">' in page
    assert "Adresses de contact" in page
    assert "Déclarée en faillite" in page


def test_nothing_is_deleted_before_the_question_was_answered_with_yes(anna: Any, services: Any) -> None:
    removals = {
        f"/contact-moments/{MOMENT}/remove": f"/contact-moments/{MOMENT}",
        f"{CARD}/addresses/{ADDRESS}/remove": f"{CARD}/addresses/{ADDRESS}",
        f"{CARD}/communications/{ENTRY}/remove": f"{CARD}/communications/{ENTRY}",
    }
    for page, path in removals.items():
        services.answers["DELETE", path] = (204, None, {})
        question = anna.post(page)
        assert question.status_code == 200
        assert f'action="{page}"' in question.text
        assert 'name="confirmed"' in question.text
        assert not [call for call in services.calls if call.method == "DELETE" and call.path == path]
        assert anna.post(page, {"confirmed": "1"}).status_code == 303
        assert [call for call in services.calls if call.method == "DELETE" and call.path == path]


def test_days_and_hours_are_understood_as_an_office_types_them(anna: Any, services: Any) -> None:
    services.answers["POST", "/contact-moments"] = (201, {}, {})
    for day in ("05-01-2027", "5/1/27", "5.1.2027", "05012027", "2027-01-05"):
        anna.post(f"{CARD}/contact-moments/new", {"date": day, "time": "9u30", "subject": "Bellen"})
        body, _headers = sent(services, "POST", "/contact-moments")
        assert (body["date"], body["time"]) == ("2027-01-05", "09:30"), day


def test_a_day_that_does_not_exist_is_sent_as_typed_and_complained_about_beside_its_field(
    anna: Any, services: Any
) -> None:
    services.answers["POST", "/contact-moments"] = problem(422, type="invalid", errors={"date": ["Not a valid date."]})
    page = anna.post(f"{CARD}/contact-moments/new", {"date": "31-02-2027", "subject": "Bellen"}).text
    assert sent(services, "POST", "/contact-moments")[0]["date"] == "31-02-2027"
    assert 'value="31-02-2027"' in page
    assert "Dit is geen geldige datum" in page.partition('name="date"')[2][:900]


def test_a_stored_day_is_shown_in_the_order_people_write_it(anna: Any) -> None:
    page = anna.get(f"/contact-moments/{MOMENT}/edit").text
    assert 'name="date" value="05-01-2026"' in page
    assert 'name="time" value="09:15"' in page


def test_the_sign_in_page_is_dutch_until_a_language_is_chosen(gateway: Any) -> None:
    browser = gateway.browser()
    assert "Wachtwoord" in browser.get("/login", headers={"Accept-Language": "en"}).text
    assert "Mot de passe" in browser.get("/login?language=fr", headers={"Accept-Language": "en"}).text
    assert "Mot de passe" in browser.get("/login").text
