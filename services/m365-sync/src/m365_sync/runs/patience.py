"""How a run waits: as long as it is told to, a few times when nobody answers, giving signs of life all the while."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from m365_sync.adapters.mailbox import Mailbox, MailboxAway, MailboxRefused, Throttled, TokenRejected
from shared.errors import Unavailable

PAUSES = (1.0, 5.0, 15.0, 30.0, 60.0)
"""Seconds between tries when nobody answers; afterwards the run has failed."""

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Patience:
    """Tries again for one run; ``wait`` may raise to end it."""

    wait: Callable[[float], None]
    pauses: Sequence[float] = PAUSES

    def ask(self, call: Callable[[], Answer], *, mailbox: Mailbox | None = None) -> Answer:
        """Return what the call returns in the end; raises ``MailboxAway``, ``Unavailable`` or ``MailboxRefused``."""
        failures, renewed = 0, False
        while True:
            try:
                return call()
            except Throttled as throttled:
                self.wait(throttled.seconds)
            except TokenRejected as rejected:
                if renewed or mailbox is None:
                    raise MailboxRefused("token_rejected") from rejected
                self.wait(0)
                self.ask(mailbox.renew_token)
                renewed = True
            except (MailboxAway, Unavailable):
                if failures == len(self.pauses):
                    raise
                self.wait(self.pauses[failures])
                failures += 1
