"""Who has a mailbox in the sandbox, and what they consented to."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass
from typing import Any

from sandbox.store import Store

_ROOM = "microsoft.people"
_NAMESPACE = uuid.UUID("6b1f6c1e-52a5-4c1c-9d5c-0e3f5a1f7a10")
TENANT = str(uuid.uuid5(_NAMESPACE, "tenant"))


@dataclass(frozen=True, kw_only=True)
class Person:
    """A mailbox owner; without consent a token opens no contacts, without a mailbox there are none."""

    address: str
    consented: bool = True
    has_mailbox: bool = True

    @property
    def id(self) -> str:
        """The object id, always the same for the same address."""
        return str(uuid.uuid5(_NAMESPACE, self.address))

    @property
    def display_name(self) -> str:
        """A name made of the address."""
        return self.address.partition("@")[0].replace(".", " ").title()


class People:
    """People by address; whoever is asked for exists, so that a test needs no preparation."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def find(self, address: str) -> Person:
        """The person with this address or object id, in any case of letters."""
        wanted = address.strip().casefold()
        if "@" not in wanted:
            wanted = next((person.address for person in self.known() if person.id == wanted), wanted)
        return Person(**(self._store.get(_ROOM, wanted) or {"address": wanted}))

    def known(self) -> list[Person]:
        """Those offered on the sign-in page: the demonstration's people and whoever was changed since."""
        changed = [Person(**facts) for facts in self._store.room(_ROOM).values()]
        addresses = {person.address for person in changed}
        return [*(Person(address=address) for address in _DEMONSTRATION if address not in addresses), *changed]

    def remember(self, person: Person) -> None:
        """Keep a person who signed in."""
        self._store.put(_ROOM, person.address, asdict(person))

    def change(self, address: str, facts: dict[str, Any]) -> Person:
        """Change consent or mailbox; raises TypeError on anything else."""
        with self._store.alone():
            person = Person(**{**asdict(self.find(address)), **facts})
            self.remember(person)
        return person


_DEMONSTRATION = ("anna@kantoor.example", "karel@kantoor.example", "admin@kantoor.example")
