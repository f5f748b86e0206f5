"""The service relations: which number a relation has, and its legal identity."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from shared.errors import Conflict, Forbidden, Problem
from shared.http import ServiceClient

LARGEST_BATCH = 200


class IdentityNotUpdated(Conflict):
    """The facts were fetched and kept, but the legal identity stayed as it was."""

    type, title = "identity-not-updated", "The register's facts were kept, but the legal identity could not be updated"


class RelationDirectory:
    """Asks the owner of relations."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    def numbers_of(self, relation_ids: Sequence[UUID], *, kind: str) -> dict[UUID, str]:
        """Return the number of each relation that exists (at most 200); empty for one that has none.

        Raises ``Unavailable``.
        """
        wanted = {"relation_ids": [str(relation_id) for relation_id in relation_ids[:LARGEST_BATCH]]}
        found = self._client.post("/relations/bulk", wanted)
        return {UUID(item["id"]): (item.get("identifiers") or {}).get(kind) or "" for item in found["items"]}

    def add_legal_identity(
        self, relation_id: UUID, *, facts: dict[str, Any], source: str, valid_from: date, key: str, token: str
    ) -> None:
        """Add a version of a relation's legal identity as the user whose token it is; once for every ``key``.

        Raises ``Forbidden``, ``IdentityNotUpdated`` or ``Unavailable``.
        """
        answer = self._client.request(
            "POST",
            f"/relations/{relation_id}/legal-identities",
            token=token,
            headers={"Idempotency-Key": key},
            json=legal_identity(facts, source=source, valid_from=valid_from),
        )
        if answer.status_code == 403:
            raise Forbidden("Updating the legal identity needs the right to edit the relation")
        if not answer.ok:
            raise _refusal(answer.json() if "json" in answer.headers.get("Content-Type", "") else {})


def legal_identity(facts: dict[str, Any], *, source: str, valid_from: date) -> dict[str, Any]:
    """Return a version of a legal identity with what the register says, and nothing it does not say."""
    said = {
        "legal_name": facts["legal_name"],
        "legal_form": facts["legal_form"],
        facts["number_kind"]: facts["number"],
        "rsin": facts["rsin"],
        "vat": facts["vat_number"],
        "seat": _one_line(facts["visiting_address"] or facts["postal_address"] or {}),
        "incorporation_date": facts["founded_on"],
        "legal_situation": _situation(facts),
    }
    return {"valid_from": valid_from.isoformat(), "source": source, **{name: it for name, it in said.items() if it}}


def _situation(facts: dict[str, Any]) -> str:
    if facts["bankruptcy"]:
        return "bankruptcy"
    if facts["suspension_of_payments"]:
        return "suspension_of_payments"
    return "closed" if facts["discontinued_on"] else "normal"


def _one_line(address: dict[str, Any]) -> str:
    street = ("street", "house_number", "house_number_addition")
    parts = [" ".join(filter(None, map(address.get, line))) for line in (street, ("postcode", "city"))]
    return ", ".join(filter(None, parts))


def _refusal(said: dict[str, Any]) -> Problem:
    errors = said.get("errors") or {}
    return IdentityNotUpdated(IdentityNotUpdated.title, **({"errors": errors} if errors else {}))
