"""Rows in bulk, through PostgreSQL's COPY: no statement is planned and no value passes the server as JSON."""

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, cast

import orjson
import psycopg
from sqlalchemy import ARRAY, Table
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

Row = Mapping[str, Any]


def copy_rows(session: Session, model: type[Any], rows: Sequence[Row]) -> None:
    """Write rows of one table, each with a value for every column but its identity.

    Raises the driver's own ``psycopg.DataError`` and ``psycopg.IntegrityError``, but SQLAlchemy's ``OperationalError``.
    """
    if not rows:
        return
    table = model.__table__
    names = [column.name for column in table.columns if column.identity is None]
    target = f"COPY {table.name} ({', '.join(names)}) FROM STDIN"
    driver = cast("psycopg.Connection[Any]", session.connection().connection.driver_connection)
    try:
        with driver.cursor() as cursor, cursor.copy(target.encode()) as copy:
            for row in map(itemgetter(*names), _written_out(table, rows)):
                copy.write_row(row)
    except psycopg.OperationalError as error:
        raise OperationalError(None, None, error) from error


def _written_out(table: Table, rows: Iterable[Row]) -> Iterable[Row]:
    """Return the rows with what COPY does not know by itself written as PostgreSQL reads it."""
    documents = [column.name for column in table.columns if isinstance(column.type, JSONB)]
    lists = [column.name for column in table.columns if isinstance(column.type, ARRAY)]
    if not documents and not lists:
        return rows
    return (
        {
            **row,
            **{name: orjson.dumps(row[name]).decode() if row[name] else "{}" for name in documents},
            **{name: row[name] or "{}" for name in lists},
        }
        for row in rows
    )
