"""The page about settings names every setting of every service, with the default it really has."""

import re
from dataclasses import MISSING, Field, fields
from pathlib import Path
from typing import Any

import pytest

from contacts.settings import ContactsSettings
from enrichment.settings import EnrichmentSettings
from gateway.settings import GatewaySettings
from gdpr.settings import GdprSettings
from m365_sync.settings import M365SyncSettings
from relations.settings import RelationsSettings
from shared.settings import ServiceSettings

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"
ROW = re.compile(r"^\| `([A-Z0-9_]+)` \| (.+?) \| (.+) \|$", re.MULTILINE)
SECTIONS: dict[str, type[ServiceSettings]] = {
    "Every service": ServiceSettings,
    "relations": RelationsSettings,
    "contacts": ContactsSettings,
    "enrichment": EnrichmentSettings,
    "gdpr": GdprSettings,
    "m365_sync": M365SyncSettings,
    "gateway": GatewaySettings,
}
SHARED = {setting.name for setting in fields(ServiceSettings)}


def written(default: Any) -> str:
    """Return a default as the page writes it."""
    if default is MISSING:
        return "required"
    if isinstance(default, tuple):
        default = ",".join(default)
    if isinstance(default, bool):
        default = int(default)
    return f"`{default}`" if default != "" else "empty"


def of_its_own(section: str) -> list["Field[Any]"]:
    """Return the settings that belong in a section."""
    everything = fields(SECTIONS[section])
    return [setting for setting in everything if section == "Every service" or setting.name not in SHARED]


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_has_a_row_for_each_setting_with_its_default(section: str) -> None:
    told = re.split(r"^## ", PAGE.read_text(), flags=re.MULTILINE)
    [text] = [part for part in told if part.startswith(f"{section}\n")]
    rows = {name: default for name, default, _ in ROW.findall(text)}
    assert rows == {setting.name.upper(): written(setting.default) for setting in of_its_own(section)}
