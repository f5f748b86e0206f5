"""The alerts speak of metrics that exist and of targets that are deployed."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from contacts.__main__ import SERVICE
from shared.metrics import REQUEST_SECONDS, BusState
from shared.testing.kit import ServiceKit
from shared.testing.servers import PostgresServer

DEPLOY = Path(__file__).parents[1]
GUIDE = DEPLOY.parent / "docs" / "how-to" / "operate.md"
OF_PROMETHEUS = {"up", "rabbitmq_queue_messages_ready"}
LANGUAGE = {"sum", "by", "rate", "histogram_quantile", "service", "le"}


def alerts() -> list[dict[str, Any]]:
    groups = yaml.safe_load((DEPLOY / "monitoring" / "alerts.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def metrics_in(expression: str) -> set[str]:
    """Return the names of metrics in an expression, whatever is selected of them."""
    return set(re.findall(r"[a-z_]{2,}", re.sub(r"\{[^}]*\}|\[[^\]]*\]", "", expression))) - LANGUAGE


@pytest.fixture(scope="module")
def known_metrics(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    kit = ServiceKit(SERVICE, postgres, tmp_path_factory.mktemp("contacts"))
    try:
        gauges = {gauge.name for gauge in BusState("contacts", kit.database).collect()}
    finally:
        kit.close()
    [histogram] = REQUEST_SECONDS.describe()
    return gauges | {f"{histogram.name}_{part}" for part in ("bucket", "count", "sum")} | OF_PROMETHEUS


def test_every_alert_is_about_metrics_that_are_measured(known_metrics: set[str]) -> None:
    named = {metric for alert in alerts() for metric in metrics_in(alert["expr"])}
    assert {"outbox_age_seconds", "inbox_dead_letters", "inbox_lag_seconds", "up"} <= named
    assert named <= known_metrics


def test_every_alert_says_how_bad_it_is_and_has_its_place_in_the_guide() -> None:
    guide = GUIDE.read_text()
    for alert in alerts():
        assert alert["labels"]["severity"] in ("page", "warn")
        assert alert["annotations"]["summary"]
        assert f"**{alert['alert']}**" in guide


def test_every_target_is_a_container_of_the_compose_file() -> None:
    jobs = yaml.safe_load((DEPLOY / "monitoring" / "prometheus.yml").read_text())["scrape_configs"]
    hosts = {target.partition(":")[0] for job in jobs for each in job["static_configs"] for target in each["targets"]}
    containers = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    assert hosts <= set(containers)
    assert {name for name in containers if name.endswith("-web")} <= hosts
