"""When and how often a copy is tried to be removed."""

from datetime import timedelta

PAUSES = tuple(timedelta(seconds=seconds) for seconds in (1, 5, 15, 30, 60, 300, 900))
"""Pauses before each new try on a mailbox that does not answer; afterwards it has failed."""

TRIES_WHEN_DISCONNECTED = 3
"""Tries on a mailbox we have no access to any more, in case the user is just signing in again."""

LEASE = timedelta(seconds=60)
"""How long a removal belongs to a worker that gives no sign of life."""

ON_ITS_WAY = timedelta(seconds=45)
"""How long a contact that was sent may still appear in the mailbox; longer than any request may take."""

KEEP_LIFTED = timedelta(days=30)
"""How long the marks of a finished request are kept."""
