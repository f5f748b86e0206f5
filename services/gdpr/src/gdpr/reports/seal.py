"""Stored reports are sealed, so that a copy of the database tells nothing."""

from dataclasses import dataclass
from typing import Any

import orjson

from shared.secrets import Vault


@dataclass(frozen=True)
class Seal:
    """Seals what was gathered."""

    vault: Vault

    def close(self, content: Any) -> str:
        """Return a value sealed."""
        return self.vault.seal(orjson.dumps(content).decode())

    def open(self, sealed: str) -> Any:
        """Return the value that was sealed; raises ``SealBroken`` when its key is no longer given."""
        return orjson.loads(self.vault.open(sealed))
