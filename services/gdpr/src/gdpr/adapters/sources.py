"""Where the parts of an access report come from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

import orjson
from sqlalchemy import MetaData

from shared import privacy
from shared.db import Database
from shared.errors import Unavailable
from shared.http import ServiceClient

Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Part:
    """What one source holds: rows by relation and table, and the category of each personal field."""

    rows: Mapping[UUID, Rows]
    categories: Mapping[str, str]


class Source(Protocol):
    """Something that holds personal data and can tell all of it."""

    def tell(self, relation_ids: Sequence[UUID]) -> Part:
        """Return everything held of the relations; raises ``Unavailable`` when trying later may help."""


class ServiceSource:
    """Another service, asked over HTTP."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    def tell(self, relation_ids: Sequence[UUID]) -> Part:
        """Return everything held of the relations; raises ``Unavailable`` when trying later may help."""
        catalogue = self._client.get("/privacy/catalogue")
        exported = self._client.post("/privacy/export", {"relation_ids": [str(each) for each in relation_ids]})
        try:
            rows = {relation_id: exported[str(relation_id)] for relation_id in relation_ids}
        except KeyError as error:
            raise Unavailable("A service did not tell about every relation") from error
        return Part(rows, _categories(catalogue))


class OwnSource:
    """This service's own tables; sealed reports are told by their dates, as their content is what the sources tell."""

    def __init__(self, database: Database, metadata: MetaData) -> None:
        self._database = database
        self._metadata = metadata

    def tell(self, relation_ids: Sequence[UUID]) -> Part:
        """Return everything held of the relations."""
        rows: dict[UUID, Rows] = {}
        with self._database.transaction() as session:
            for relation_id in relation_ids:
                found = privacy.export(session, self._metadata, relation_id=relation_id)
                found["report"] = [_without(row, "sealed") for row in found.get("report", [])]
                rows[relation_id] = orjson.loads(orjson.dumps(found, default=str))
        return Part(rows, _categories(privacy.catalogue(self._metadata)))


def _without(row: Mapping[str, Any], left_out: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != left_out}


def _categories(catalogue: list[dict[str, str]]) -> dict[str, str]:
    return {f"{field['table']}.{field['field']}": field["category"] for field in catalogue}
