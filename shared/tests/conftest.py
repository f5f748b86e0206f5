"""The plumbing under test: a database with its tables, and a small service that uses all of it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask, Response, jsonify
from flask.testing import FlaskClient
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate
from sqlalchemy import text
from sqlalchemy.orm import Session

from shared import plumbing
from shared.app import create_service_app
from shared.auth import KeyRing, Principal, TokenIssuer, make_keys, public, requires
from shared.db import Database, database
from shared.errors import Conflict, Invalid
from shared.idempotency import create_once
from shared.ids import new_id
from shared.settings import ServiceSettings
from shared.testing.servers import PostgresServer

WORDS = "Jansens rekening BE68539007547034"
"""What no log and no answer may repeat."""


@pytest.fixture(scope="session")
def plumbed(postgres: PostgresServer) -> Iterator[Database]:
    """Make one database with the tables of the plumbing, and one to see effects in."""
    made = Database(postgres.create_database(f"plumbing_{new_id().hex[-8:]}"))
    plumbing.metadata.create_all(made.engine)
    with made.transaction() as session:
        session.execute(text("CREATE TABLE effect (id bigint GENERATED ALWAYS AS IDENTITY, what text)"))
    yield made
    made.close()


@pytest.fixture
def store(plumbed: Database) -> Database:
    """Give each test that database, empty."""
    names = ", ".join(table.name for table in plumbing.metadata.sorted_tables)
    with plumbed.transaction() as session:
        session.execute(text(f"TRUNCATE effect, {names} RESTART IDENTITY"))
    return plumbed


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the keys of a few services."""
    folder = tmp_path_factory.mktemp("keys")
    make_keys(folder, ("probe", "gateway", "contacts", "gdpr"))
    return folder


class ThingIn(Schema):
    """A thing to be made."""

    name = fields.String(required=True, validate=validate.Length(1, 10))
    parts = fields.List(fields.Nested({"size": fields.Integer(required=True)}), load_default=list)


def note(session: Session, what: str) -> None:
    """Leave an effect."""
    session.execute(text("INSERT INTO effect (what) VALUES (:what)"), {"what": what})


def probe_blueprint() -> Blueprint:
    """Return endpoints that do every kind of thing."""
    blueprint = Blueprint("probe", __name__)

    @blueprint.get("/mine")
    @requires("read")
    def mine() -> Response:
        return jsonify({"ok": True})

    @blueprint.get("/licensed")
    @requires("read", licence="crm")
    def licensed() -> Response:
        return jsonify({"ok": True})

    @blueprint.get("/forgotten")
    def forgotten() -> Response:
        return jsonify({"ok": True})

    @blueprint.post("/things")
    @blueprint.arguments(ThingIn)
    @requires("write")
    def make(thing: dict[str, Any]) -> Response:
        def create() -> UUID:
            made = new_id()
            note(session, f"{thing['name']} {made}")
            session.execute(text("SELECT pg_sleep(0.2)"))
            return made

        with database().transaction() as session:
            return jsonify({"id": create_once(session, create, again=lambda id_: id_, id_of=lambda id_: id_)})

    @blueprint.get("/fail/<how>")
    @public
    def fail(how: str) -> Response:
        if how == "unforeseen":
            raise RuntimeError(WORDS)
        if how == "conflict":
            raise Conflict("Choose another one")
        if how == "invalid":
            raise Invalid({"name": ["Too long"]})
        with database().transaction() as session:
            session.execute(
                text("INSERT INTO effect (what) SELECT :words WHERE CAST(:words AS text)::bigint = 0"), {"words": WORDS}
            )
        return jsonify({})

    return blueprint


@pytest.fixture
def probe(store: Database, keys: Path, tmp_path: Path) -> Flask:
    """Build a small service on the shared foundation."""
    settings = ServiceSettings(
        database_url=store.url, broker_url=f"filesystem://{tmp_path}", keys_dir=keys, data_dir=tmp_path, port=0
    )
    trusts = {"contacts": frozenset({"read"})}
    return create_service_app("probe", settings, blueprints=[probe_blueprint()], trusts=trusts, database=store)


@pytest.fixture
def client(probe: Flask) -> FlaskClient:
    """Return a client that says nothing of who it is."""
    return probe.test_client()


@pytest.fixture
def anna(keys: Path) -> dict[str, str]:
    """Return the headers of a user who may read and write."""
    user = Principal(str(new_id()), frozenset({"read", "write"}), frozenset({"crm"}), user_id=new_id(), username="anna")
    return {"Authorization": f"Bearer {TokenIssuer(KeyRing(keys, 'gateway')).token_for(user)}"}
