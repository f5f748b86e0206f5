"""A service as a whole, and the commands that run it: serve, work, migrate, seed, openapi, deadletters."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import MetaData

from shared.broker import Broker, connect_broker
from shared.db import Database
from shared.inbox import DeadLetters
from shared.logs import configure_logs
from shared.migrations import draft_migration, migrate
from shared.serving import prepare_metrics_folder, serve
from shared.settings import ServiceSettings, load_settings
from shared.worker import Worker


@dataclass(frozen=True)
class Service:
    """What a service's ``__main__`` hands over."""

    name: str
    settings: type[ServiceSettings]
    create_app: Callable[[Any], Flask]
    create_worker: Callable[[Any, Database, Broker], Worker]
    metadata: MetaData
    migrations: Path
    seed: Callable[[Any, Database], None] | None = None
    on_stop: Callable[[Flask], None] | None = None
    extra_commands: dict[str, Callable[[Any, Sequence[str]], None]] = field(default_factory=dict)


def main(service: Service, arguments: Sequence[str] | None = None) -> None:
    """Run one command of a service."""
    parser = argparse.ArgumentParser(prog=f"python -m {service.name}")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("serve", help="answer HTTP requests")
    commands.add_parser("work", help="handle events, relay the outbox, run the jobs")
    commands.add_parser("migrate", help="bring the database up to date")
    commands.add_parser("seed", help="load what a new office starts with")
    commands.add_parser("openapi", help="print the OpenAPI document")
    dead = commands.add_parser("deadletters", help="look at, retry or drop events that could not be handled")
    dead.add_argument("act", choices=("list", "replay", "discard"))
    dead.add_argument("event_ids", nargs="*", type=UUID, help="all of them when left out")
    draft = commands.add_parser(
        "draft-migration", help="write a migration for what the models have and the database lacks"
    )
    draft.add_argument("message")
    for name in service.extra_commands:
        commands.add_parser(name).add_argument("rest", nargs="*")
    options = parser.parse_args(arguments)

    settings = load_settings(service.settings)
    configure_logs(service.name, level=settings.log_level)
    if options.command == "deadletters":
        _deadletters(Database(settings.database_url), options.act, options.event_ids or None)
    elif options.command == "draft-migration":
        draft_migration(settings.database_url, service.migrations, message=options.message)
    elif options.command in service.extra_commands:
        service.extra_commands[options.command](settings, options.rest)
    else:
        COMMANDS[options.command](service, settings)


def _serve(service: Service, settings: ServiceSettings) -> None:
    prepare_metrics_folder(settings.data_dir, service.name)
    app = service.create_app(settings)
    on_stop = service.on_stop
    serve(app, settings, on_stop=(lambda: on_stop(app)) if on_stop else None)


def _work(service: Service, settings: ServiceSettings) -> None:
    database = Database(settings.database_url)
    service.create_worker(settings, database, connect_broker(settings.broker_url)).run()
    database.close()


def _migrate(service: Service, settings: ServiceSettings) -> None:
    migrate(settings.database_url, service.migrations)


def _seed(service: Service, settings: ServiceSettings) -> None:
    if service.seed:
        database = Database(settings.database_url)
        service.seed(settings, database)
        database.close()


def _openapi(service: Service, settings: ServiceSettings) -> None:
    app = service.create_app(settings)
    json.dump(openapi_of(app), sys.stdout, indent=2, sort_keys=True)


def openapi_of(app: Flask) -> dict[str, Any]:
    """Return an application's OpenAPI document."""
    with app.test_client() as client:
        document: dict[str, Any] = client.get("/openapi.json").get_json()
    return document


def _deadletters(database: Database, act: str, event_ids: list[UUID] | None) -> None:
    letters = DeadLetters(database)
    if act == "list":
        for letter in letters.all():
            _say(f"{letter.event_id}  {letter.type}  tried {letter.attempts} times  {letter.error}")
    elif act == "replay":
        _say(f"{letters.replay(event_ids)} put back on the ladder")
    else:
        _say(f"{letters.discard(event_ids)} discarded")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


COMMANDS: dict[str, Callable[[Service, ServiceSettings], None]] = {
    "serve": _serve,
    "work": _work,
    "migrate": _migrate,
    "seed": _seed,
    "openapi": _openapi,
}


def migrations_of(package_file: str) -> Path:
    """Return the folder of a service's migrations: in the source tree, or where ``MIGRATIONS`` says."""
    configured = os.environ.get("MIGRATIONS")
    return Path(configured) if configured else Path(package_file).resolve().parents[2] / "migrations"
