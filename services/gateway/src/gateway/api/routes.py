"""The public API as one table: who answers, who may call, which card panels it makes untrue, what is logged of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule

Where = Literal["path", "body", "answer", "made", "before"]
"""Where a call names its relation: in its path, body or answer; as what it made; or only in what it changes."""


@dataclass(frozen=True)
class Route:
    """One public call and the service that answers it under the same path."""

    method: str
    path: str
    service: str
    right: str = "read"
    licence: str = ""
    drops: tuple[str, ...] = ()
    relation: Where = "path"
    audit: str = ""
    upload: bool = False
    """Its body is a form with a file, which passes by piece by piece."""

    work: str = ""
    """The kind of long work it starts, which is found again under the bell."""

    own: bool = False
    """Only for the user named in the path, and for who administers users."""

    @property
    def endpoint(self) -> str:
        """The name of its view."""
        return f"{self.method} {self.path}".replace(".", "·")


READ, WRITE = "read", "write"
RELATION = "/relations/<uuid:relation_id>"
MOMENT = "/contact-moments/<uuid:moment_id>"
REQUEST = "/gdpr/requests/<uuid:request_id>"
PANELS_OF_A_CARD = ("relation", "contact_moments", "register", "matters", "gdpr", "m365")
SYNC = "/users/<uuid:user_id>/m365-sync"
PROVIDER = "/settings/registers/<provider>"


def _parts_of_a_relation(name: str, part: str) -> tuple[Route, ...]:
    """Return the routes of a list that belongs to a relation, such as its addresses."""
    one = f"{RELATION}/{name}/<uuid:{part}_id>"
    return (
        Route("GET", f"{RELATION}/{name}", "relations", READ),
        Route("POST", f"{RELATION}/{name}", "relations", WRITE, drops=("relation",), audit=f"{part}.added"),
        Route("PATCH", one, "relations", WRITE, drops=("relation",), audit=f"{part}.changed"),
        Route("DELETE", one, "relations", WRITE, drops=("relation",), audit=f"{part}.deleted"),
    )


RELATIONS = (
    Route("POST", "/relations", "relations", WRITE, relation="made", audit="relation.registered"),
    Route("GET", "/relations", "relations", READ),
    Route("GET", RELATION, "relations", READ, audit="relation.read"),
    Route("PATCH", RELATION, "relations", WRITE, drops=("relation", "matters"), audit="relation.changed"),
    Route(
        "DELETE", RELATION, "relations", "delete", audit="relation.deleted",
        drops=PANELS_OF_A_CARD,
    ),
    *_parts_of_a_relation("addresses", "address"),
    Route("GET", f"{RELATION}/addresses/<uuid:address_id>/preview", "relations", READ),
    Route("POST", "/addresses/preview", "relations", READ),
    Route("POST", "/address-forms/preview", "relations", READ),
    *_parts_of_a_relation("communications", "communication"),
    Route("GET", f"{RELATION}/legal-identities", "relations", READ, audit="legal_identity.read"),
    Route(
        "POST", f"{RELATION}/legal-identities", "relations", WRITE, drops=("relation",), audit="legal_identity.added"
    ),
    Route("GET", f"{RELATION}/party-description", "relations", READ, audit="party_description.read"),
    Route("GET", f"{RELATION}/matters", "relations", READ),
    Route(
        "PUT", "/matters/<path:matter_number>", "relations", WRITE, drops=("matters", "relation"), relation="body",
        audit="matter.reported",
    ),
    Route("GET", "/matters", "relations", READ),
    Route("POST", "/duplicates/check", "relations", READ),
    Route("GET", "/history", "relations", READ),
    Route("GET", "/groups", "relations", READ),
    Route("POST", "/groups", "relations", "key_user", audit="group.added"),
)  # fmt: skip

PHOTO, NATIONAL_NUMBER = f"{RELATION}/photo", f"{RELATION}/national-number"
ADDRESS = f"{RELATION}/addresses/<uuid:address_id>"
RECORD = (
    Route("GET", f"{ADDRESS}/shared", "relations", READ, audit="address.read"),
    Route("POST", f"{ADDRESS}/move", "relations", WRITE, drops=("relation",), relation="body", audit="address.moved"),
    Route("GET", PHOTO, "relations", READ),
    Route("PUT", PHOTO, "relations", WRITE, drops=("relation",), audit="photo.changed"),
    Route("DELETE", PHOTO, "relations", WRITE, drops=("relation",), audit="photo.deleted"),
    Route("GET", f"{RELATION}/links", "relations", READ),
    Route("POST", f"{RELATION}/links", "relations", WRITE, drops=("relation",), audit="link.added"),
    Route("PATCH", f"{RELATION}/links/<uuid:link_id>", "relations", WRITE, drops=("relation",), audit="link.changed"),
    Route("DELETE", f"{RELATION}/links/<uuid:link_id>", "relations", WRITE, drops=("relation",), audit="link.deleted"),
    Route("GET", "/link-types", "relations", READ),
    Route("POST", "/link-types", "relations", "key_user", audit="link_type.added"),
    Route("GET", f"{RELATION}/changes", "relations", READ, audit="changes.read"),
    Route(
        "POST", f"{RELATION}/changes/<uuid:change_id>/revert", "relations", WRITE, drops=("relation", "matters"),
        audit="change.reverted",
    ),
    Route("GET", "/varia-definitions", "relations", READ),
    Route("POST", "/varia-definitions", "relations", "key_user", audit="varia.defined"),
    Route("PATCH", "/varia-definitions/<level>/<key>", "relations", "key_user", audit="varia.redefined"),
    Route("GET", NATIONAL_NUMBER, "relations", "national_number", audit="national_number.read_masked"),
    Route("POST", f"{NATIONAL_NUMBER}/readings", "relations", "national_number", audit="national_number.read"),
    Route("PUT", NATIONAL_NUMBER, "relations", "national_number", audit="national_number.changed"),
    Route("DELETE", NATIONAL_NUMBER, "relations", "national_number", audit="national_number.deleted"),
)  # fmt: skip

MERGE = "/merges/<uuid:merge_id>"
MERGES = (
    Route(
        "POST", f"{RELATION}/merge", "relations", "merge", drops=PANELS_OF_A_CARD, relation="answer",
        audit="relation.merged", work="merge",
    ),
    Route("GET", f"{RELATION}/merges", "relations", READ),
    Route("GET", MERGE, "relations", READ),
    Route(
        "POST", f"{MERGE}/undo", "relations", "merge", drops=PANELS_OF_A_CARD, relation="answer",
        audit="relation.unmerged", work="merge",
    ),
)  # fmt: skip

DRAFT = "/drafts/<uuid:draft_id>"
DRAFTS = (
    Route("GET", "/drafts", "relations", WRITE),
    Route("POST", "/drafts", "relations", WRITE, audit="draft.begun"),
    Route("GET", DRAFT, "relations", WRITE),
    Route("PATCH", DRAFT, "relations", WRITE),
    Route("DELETE", DRAFT, "relations", WRITE, audit="draft.dropped"),
    Route("POST", f"{DRAFT}/finish", "relations", WRITE, relation="made", audit="relation.registered"),
)

IMPORT = "/imports/<uuid:import_id>"

EXCHANGE = (
    Route("POST", "/imports", "relations", WRITE, upload=True, audit="import.started", work="import"),
    Route("POST", "/imports/preview", "relations", WRITE, upload=True),
    Route("GET", "/imports", "relations", WRITE),
    Route("GET", IMPORT, "relations", WRITE),
    Route("GET", f"{IMPORT}/errors.xlsx", "relations", WRITE, audit="import_errors.read"),
    Route("POST", f"{IMPORT}/cancel", "relations", WRITE, audit="import.cancelled"),
    Route("POST", f"{IMPORT}/rollback", "relations", WRITE, audit="import.rolled_back", work="import"),
    Route("GET", f"{RELATION}.vcf", "relations", READ, audit="relation.exported"),
    Route("POST", "/relations/vcf", "relations", "export", relation="body", audit="relation.exported"),
)

MOMENTS = (
    Route("GET", "/contact-moments", "contacts", READ, "crm"),
    Route(
        "POST", "/contact-moments", "contacts", WRITE, "crm", drops=("contact_moments",), relation="body",
        audit="moment.written",
    ),
    Route("GET", MOMENT, "contacts", READ, "crm", relation="answer", audit="moment.read"),
    Route(
        "PATCH", MOMENT, "contacts", WRITE, "crm", drops=("contact_moments",), relation="answer",
        audit="moment.changed",
    ),
    Route(
        "DELETE", MOMENT, "contacts", WRITE, "crm", drops=("contact_moments",), relation="before",
        audit="moment.deleted",
    ),
)  # fmt: skip

REGISTERS = (
    Route(
        "GET", "/registers/<provider>/companies/<number>", "enrichment", READ, "companyinfo",
        audit="register.looked_up",
    ),
    Route("GET", "/registers/<provider>/search", "enrichment", READ, "companyinfo", audit="register.searched"),
    Route(
        "POST", f"{RELATION}/register-lookups", "enrichment", WRITE, "companyinfo", drops=("register", "relation"),
        audit="register.looked_up",
    ),
    Route("GET", f"{RELATION}/register-profiles", "enrichment", READ, audit="register_profiles.read"),
    Route("GET", "/alerts", "enrichment", READ),
    Route("GET", "/charges", "enrichment", READ),
    Route("PATCH", "/charges/<uuid:charge_id>", "enrichment", WRITE, audit="charge.booked"),
    Route("GET", PROVIDER, "enrichment", "admin"),
    Route("PUT", PROVIDER, "enrichment", "admin", audit="register_account.changed"),
    Route("GET", f"{PROVIDER}/balance", "enrichment", "admin"),
)  # fmt: skip

GDPR = (
    Route(
        "POST", "/gdpr/requests", "gdpr", "gdpr", drops=("gdpr",), relation="body", audit="gdpr.requested", work="gdpr"
    ),
    Route("GET", "/gdpr/requests", "gdpr", "gdpr"),
    Route("GET", REQUEST, "gdpr", "gdpr"),
    Route("GET", f"{REQUEST}/report.pdf", "gdpr", "gdpr", audit="gdpr_report.read"),
    Route("GET", f"{REQUEST}/report.json", "gdpr", "gdpr", audit="gdpr_report.read"),
    Route("GET", f"{REQUEST}/certificate.pdf", "gdpr", "gdpr", audit="gdpr_certificate.read"),
    Route("POST", f"{REQUEST}/cancel", "gdpr", "gdpr", drops=("gdpr",), relation="answer", audit="gdpr.cancelled"),
    Route(
        "POST",
        f"{REQUEST}/retry",
        "gdpr",
        "gdpr",
        drops=("gdpr",),
        relation="answer",
        audit="gdpr.retried",
        work="gdpr",
    ),
    Route(
        "POST",
        f"{REQUEST}/for-survivors",
        "gdpr",
        "gdpr",
        drops=("gdpr",),
        relation="answer",
        audit="gdpr.requested",
        work="gdpr",
    ),
    Route("POST", "/gdpr/previews", "gdpr", "gdpr"),
    Route("GET", "/gdpr/candidates", "gdpr", "gdpr", audit="gdpr_candidates.read"),
)

M365 = (
    Route("GET", SYNC, "m365_sync", READ, "m365", own=True),
    Route("PUT", SYNC, "m365_sync", READ, "m365", own=True, audit="m365.preferences_changed"),
    Route("GET", f"{SYNC}/preview", "m365_sync", READ, "m365", own=True),
    Route("GET", f"{SYNC}/runs", "m365_sync", READ, "m365", own=True),
    Route("POST", f"{SYNC}/runs", "m365_sync", READ, "m365", own=True, audit="m365.run_started", work="m365"),
    Route("GET", f"{SYNC}/runs/<uuid:run_id>", "m365_sync", READ, "m365", own=True),
    Route("POST", f"{SYNC}/runs/<uuid:run_id>/cancel", "m365_sync", READ, "m365", own=True, audit="m365.run_cancelled"),
)

SCAN = "/duplicates/scans/<uuid:scan_id>"
HYGIENE = (
    Route("GET", "/duplicates", "relations", READ),
    Route("PUT", "/duplicates/not", "relations", WRITE, audit="duplicates.told_apart"),
    Route("DELETE", "/duplicates/not", "relations", WRITE, audit="duplicates.doubted_again"),
    Route("GET", "/duplicates/scans", "relations", READ),
    Route("POST", "/duplicates/scans", "relations", WRITE, audit="duplicates.scan_begun", work="scan"),
    Route("GET", SCAN, "relations", READ),
    Route("POST", f"{SCAN}/cancel", "relations", WRITE, audit="duplicates.scan_cancelled"),
    Route("GET", "/hygiene", "relations", READ),
    Route("GET", f"{RELATION}/hygiene", "relations", READ),
    Route("GET", "/hygiene/rules", "relations", READ),
    Route("PUT", "/hygiene/rules", "relations", "key_user", audit="hygiene_rules.changed"),
)

ROUTES = (*RELATIONS, *EXCHANGE, *RECORD, *MERGES, *DRAFTS, *MOMENTS, *REGISTERS, *GDPR, *M365, *HYGIENE)

_MAP = Map([Rule(route.path, methods=[route.method], endpoint=str(number)) for number, route in enumerate(ROUTES)])


@dataclass(frozen=True)
class Match:
    """A route and the values in a path that is its own."""

    route: Route
    values: Mapping[str, Any]


def match(method: str, path: str) -> Match | None:
    """Return the route of a call, or None when no public call is like it."""
    try:
        number, values = _MAP.bind("").match(path.partition("?")[0], method=method)
    except HTTPException:
        return None
    return Match(ROUTES[int(number)], values)
