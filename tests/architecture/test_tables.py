"""Every table of every service: marked column by column, owned by somebody, and made by a migration."""

import importlib

import pytest
from sqlalchemy import JSON, MetaData

from shared import plumbing, privacy
from shared.migrations import differences
from shared.testing.kit import SERVICES, ServiceKit

BLANKS = (str, list, dict, bytes)


def metadata_of(service: str) -> MetaData:
    found: MetaData = importlib.import_module(f"{service}.__main__").SERVICE.metadata
    assert found.tables, "a service without tables keeps nothing"
    return found


@pytest.mark.parametrize("service", SERVICES)
def test_every_column_says_whether_it_is_personal(service: str) -> None:
    assert privacy.unmarked_columns([metadata_of(service), plumbing.metadata]) == []


@pytest.mark.parametrize("service", SERVICES)
def test_every_table_with_personal_data_says_whose_it_is(service: str) -> None:
    assert privacy.tables_without_subject(metadata_of(service)) == []


def test_the_plumbing_keeps_no_personal_data() -> None:
    assert privacy.catalogue(plumbing.metadata) == []


@pytest.mark.parametrize("service", SERVICES)
def test_every_column_that_erasure_blanks_can_be_blank(service: str) -> None:
    stuck = [
        f"{table.name}.{column.name}"
        for table in metadata_of(service).sorted_tables
        for column in privacy.personal_columns(table)
        if (mark := privacy.mark_of(column))
        and mark.on_erase == "blank"
        and not column.nullable
        and not isinstance(column.type, JSON)
        and column.type.python_type not in BLANKS
    ]
    assert stuck == []


@pytest.mark.parametrize("service", SERVICES)
def test_the_migrations_make_exactly_the_tables_of_the_models(kits: dict[str, ServiceKit], service: str) -> None:
    kit = kits[service]
    assert differences(kit.database.engine, [kit.service.metadata]) == []
