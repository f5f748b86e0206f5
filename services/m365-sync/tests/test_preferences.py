"""What a user chooses, and who may choose it."""

from typing import Any
from uuid import UUID

import pytest

KAREL = UUID("01936f2e-0000-7000-8000-0000000ca4e1")


def test_a_user_starts_with_every_group_excluded(bench: Any) -> None:
    settings = bench.anna.get(bench.url()).json
    assert (settings["enabled"], settings["synchronised_groups"], settings["excluded_groups"]) == (
        False, [], ["client", "prospect", "court"],
    )  # fmt: skip
    assert (settings["connected"], settings["mailbox"], settings["last_run"]) == (False, "not_connected", None)


def test_both_lists_are_saved_together_and_what_is_in_neither_is_excluded(bench: Any) -> None:
    saved = bench.choose("court", "client")
    assert saved.status_code == 200
    assert saved.json["synchronised_groups"] == ["client", "court"]
    assert bench.anna.get(bench.url()).json == saved.json
    assert saved.json["excluded_groups"] == ["prospect"]


def test_an_unknown_or_contradictory_group_is_refused_and_nothing_is_saved(bench: Any) -> None:
    bench.choose("client")
    body = {"enabled": True, "synchronised_groups": ["court", "nobody"], "excluded_groups": ["court"]}
    refused = bench.anna.put(bench.url(), json=body)
    assert refused.status_code == 422
    assert "nobody" in refused.json["errors"]["synchronised_groups"][0]
    assert "court" in refused.json["errors"]["excluded_groups"][0]
    assert bench.anna.get(bench.url()).json["synchronised_groups"] == ["client"]


def test_while_the_owner_of_the_groups_is_down_settings_are_shown_but_not_saved(bench: Any) -> None:
    bench.choose("client")
    bench.owner.down = True
    assert bench.anna.get(bench.url()).json["synchronised_groups"] == ["client"]
    assert bench.choose("court").status_code == 503


def test_somebody_elses_save_is_not_overwritten(bench: Any) -> None:
    seen = bench.anna.get(bench.url()).headers["ETag"]
    bench.choose("client")
    body = {"enabled": False, "synchronised_groups": [], "excluded_groups": []}
    assert bench.anna.put(bench.url(), json=body, headers={"If-Match": seen}).status_code == 412


@pytest.mark.parametrize(
    ("rights", "licences", "own", "status"),
    [
        (["read"], ["m365"], True, 200),
        (["read"], ["m365"], False, 403),
        (["read", "key_user"], ["m365"], False, 200),
        (["read", "admin"], ["m365"], False, 200),
        (["read"], ["crm"], True, 403),
        ([], ["m365"], True, 403),
    ],
)
@pytest.mark.parametrize("path", ["m365-sync", "m365-sync/preview", "m365-sync/runs", "m365-connection"])
def test_own_settings_need_the_licence_and_anothers_a_key_user(
    bench: Any, path: str, rights: list[str], licences: list[str], own: bool, status: int
) -> None:
    caller = bench.kit.as_user(rights=rights, licences=licences)
    url = bench.url(path) if own else bench.url(path, user_id=KAREL)
    assert caller.get(url).status_code == status
