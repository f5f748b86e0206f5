"""Prometheus metrics of a service: request times, and the state of its outbox, inbox and dead letters."""

import os
import time
from collections.abc import Iterator

from flask import Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Histogram, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from shared.auth import public
from shared.db import Database

REQUEST_SECONDS = Histogram(
    "http_request_seconds",
    "Time to answer a request, in seconds.",
    ("service", "endpoint", "method", "status"),
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)

STATE = text(
    """
    SELECT (SELECT count(*) FROM outbox WHERE sent_at IS NULL) AS unsent,
           (SELECT coalesce(extract(epoch FROM now() - min(recorded_at)), 0) FROM outbox WHERE sent_at IS NULL) AS age,
           (SELECT count(*) FROM inbox WHERE status = 'retrying') AS retrying,
           (SELECT count(*) FROM inbox WHERE status = 'dead') AS dead,
           (SELECT coalesce(max(extract(epoch FROM handled_at - happened_at)), 0) FROM inbox
             WHERE handled_at > now() - interval '1 minute') AS lag
    """
)


class BusState(Collector):
    """Reads the bus tables at scrape time."""

    def __init__(self, service: str, database: Database) -> None:
        self._service = service
        self._database = database

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield a gauge per figure; none when the database does not answer."""
        try:
            with self._database.reading() as connection:
                state = connection.execute(STATE).one()
        except SQLAlchemyError:
            return
        for name, help_text, value in (
            ("outbox_unsent_events", "Events committed but not yet confirmed by the bus.", state.unsent),
            ("outbox_age_seconds", "Age of the oldest unsent event.", state.age),
            ("inbox_retrying_events", "Events waiting on the ladder.", state.retrying),
            ("inbox_dead_letters", "Events that could not be handled.", state.dead),
            ("inbox_lag_seconds", "Longest time from happening to handling in the last minute.", state.lag),
        ):
            gauge = GaugeMetricFamily(name, help_text, labels=["service"])
            gauge.add_metric([self._service], float(value))
            yield gauge


def install_metrics(app: Flask, service: str, database: Database) -> None:
    """Measure every request and serve ``GET /metrics``."""

    @app.before_request
    def start_timer() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def stop_timer(response: Response) -> Response:
        if "started" in g:
            REQUEST_SECONDS.labels(service, request.endpoint or "none", request.method, response.status_code).observe(
                time.perf_counter() - g.started
            )
        return response

    @app.get("/metrics")
    @public
    def metrics() -> Response:
        registry = CollectorRegistry()
        if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
            multiprocess.MultiProcessCollector(registry)
        else:
            registry.register(REQUEST_SECONDS)
        registry.register(BusState(service, database))
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
