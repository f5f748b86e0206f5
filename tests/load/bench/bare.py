"""The reference: a Flask application with one route that returns a small JSON object, under the services' gunicorn."""

from dataclasses import dataclass

from flask import Flask, Response, jsonify

from shared.db import Database
from shared.serving import prepare_metrics_folder, serve
from shared.settings import ServiceSettings, load_settings


@dataclass(frozen=True, kw_only=True)
class BareSettings(ServiceSettings):
    """Nothing of its own."""


def main() -> None:
    """Serve the bare route until SIGTERM."""
    settings = load_settings(BareSettings)
    prepare_metrics_folder(settings.data_dir, "bare")
    app = Flask("bare")
    # It is never connected to; serving closes it in each process.
    app.extensions["database"] = Database(settings.database_url)

    @app.get("/")
    def bare() -> Response:
        return jsonify({"status": "live", "number": 42})

    serve(app, settings)


if __name__ == "__main__":
    main()
