"""Whether everything behind the gateway is ready as well."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

from gateway.backends import SERVICES, Backends
from shared.errors import Unavailable

PATIENCE = 2.0
"""Seconds a service has to say that it is ready."""


def reasons_of_services(backends: Backends) -> list[str]:
    """Return why services are not ready, asked all at once; empty when they are."""
    with ThreadPoolExecutor(len(SERVICES)) as askers:
        asked = [askers.submit(copy_context().run, _reasons_of, backends, name) for name in SERVICES]
        return [reason for future in asked for reason in future.result()]


def _reasons_of(backends: Backends, name: str) -> list[str]:
    try:
        answer = backends.by_name(name).request("GET", "/health/ready", timeout=PATIENCE, server_errors=True)
        if answer.status_code == 200:
            return []
        return [f"{name}: {reason}" for reason in answer.json().get("reasons", ["not ready"])]
    except (Unavailable, ValueError):
        return [f"{name}: does not answer"]
