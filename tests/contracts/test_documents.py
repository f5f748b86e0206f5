"""What is generated from the code says what the code says."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from contracts import all_events
from contracts.asyncapi import asyncapi

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    """Load the generator from its place beside the documents."""
    spec = importlib.util.spec_from_file_location("generate_documents", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_generated_document_is_up_to_date(generator: ModuleType) -> None:
    stale = [
        str(place.relative_to(DOCS))
        for place, words in generator.documents().items()
        if not place.exists() or place.read_text(encoding="utf-8") != words
    ]
    assert stale == [], "run make docs"


def test_no_document_of_a_service_that_is_gone_stays_behind(generator: ModuleType) -> None:
    assert {path.stem for path in (DOCS / "openapi").iterdir()} == set(generator.SERVICES)


def test_the_page_names_every_event_and_who_handles_it(generator: ModuleType) -> None:
    page = (DOCS / "events.md").read_text(encoding="utf-8")
    subscribers = generator.subscribers()
    for contract in all_events():
        _, _, section = page.partition(f"### {contract.type}\n")
        section, _, _ = section.partition("\n### ")
        assert contract.summary in section
        for service in subscribers.get(contract.type, []):
            assert service in section.partition("Handled by: ")[2].partition("\n")[0]


def test_every_reference_of_the_asyncapi_document_leads_somewhere() -> None:
    document = asyncapi()
    assert document["asyncapi"] == "3.0.0"
    for type_, channel in document["channels"].items():
        assert channel["messages"]["event"]["$ref"] == f"#/components/messages/{type_}"
        assert type_ in document["components"]["messages"]
    for operation in document["operations"].values():
        assert operation["channel"]["$ref"].removeprefix("#/channels/") in document["channels"]
