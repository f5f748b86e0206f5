"""Runs a service's application under gunicorn, as worker processes with threads."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from prometheus_client import multiprocess, values

from shared.db import Database
from shared.settings import ServiceSettings

KEEP_ALIVE = 75
"""Seconds an idle connection is kept, longer than any client of ours keeps one unused."""

GRACE = 20
"""Seconds a request may still take after SIGTERM."""


class Server(BaseApplication):
    """Gunicorn with an application built once and inherited by its workers."""

    def __init__(self, app: Flask, options: dict[str, Any]) -> None:
        self._app = app
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        """Hand over our options."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Return the application."""
        return self._app


def serve(app: Flask, settings: ServiceSettings, *, on_stop: Callable[[], None] | None = None) -> None:
    """Serve until SIGTERM; ``on_stop`` runs in every worker after its last request."""
    database: Database = app.extensions["database"]

    def after_fork(_: Any, __: Any) -> None:
        database.dispose_after_fork()

    def before_exit(_: Any, __: Any) -> None:
        if on_stop:
            on_stop()
        database.close()

    Server(
        app,
        {
            "bind": f"{settings.host}:{settings.port}",
            "workers": settings.web_workers,
            "threads": settings.web_threads,
            "worker_class": "gthread",
            "keepalive": KEEP_ALIVE,
            "graceful_timeout": GRACE,
            "timeout": 120,
            "preload_app": True,
            "control_socket_disable": True,
            "post_fork": after_fork,
            "worker_exit": before_exit,
            "child_exit": _forget_metrics_of,
            "errorlog": "-",
            "loglevel": "warning",
            "proc_name": app.name,
        },
    ).run()


def prepare_metrics_folder(data_dir: Path, service: str) -> None:
    """Give this service's processes an empty folder to share their counters in."""
    folder = data_dir.resolve() / "metrics" / service
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    # The library chooses at import between counters of one process and shared ones; this is after the import.
    values.ValueClass = values.get_value_class()


def _forget_metrics_of(_: Any, worker: Any) -> None:
    multiprocess.mark_process_dead(worker.pid)
