"""Guessing passwords is slowed down: so many tries per name and address, then a pause."""

import hashlib

from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.errors import TooMany

MOST_TRIES = 10
PAUSE = 300
"""Seconds after the first of ``MOST_TRIES`` before tries count anew."""

COUNT = text(
    """
    INSERT INTO sign_in_tries (who, tries) VALUES (:who, 1)
    ON CONFLICT (who) DO UPDATE
       SET tries = CASE WHEN sign_in_tries.since < now() - make_interval(secs => :pause)
                        THEN 1 ELSE sign_in_tries.tries + 1 END,
           since = CASE WHEN sign_in_tries.since < now() - make_interval(secs => :pause)
                        THEN now() ELSE sign_in_tries.since END
    RETURNING tries
    """
)


def count_try(session: Session, *, username: str, address: str) -> int:
    """Count a try before it is made, so that many at once count as many; return how many there were."""
    parameters = {"who": _who(username, address), "pause": PAUSE}
    return session.execute(COUNT, parameters).scalar_one()  # type: ignore[no-any-return]


def refuse_too_many(tries: int) -> None:
    """Raise ``TooMany`` after ``MOST_TRIES``."""
    if tries > MOST_TRIES:
        raise TooMany(f"Too many tries to sign in: wait {PAUSE // 60} minutes", retry_after=PAUSE)


def forget_tries(session: Session, *, username: str, address: str) -> None:
    """Forget the tries of somebody who got in."""
    session.execute(text("DELETE FROM sign_in_tries WHERE who = :who"), {"who": _who(username, address)})


def _who(username: str, address: str) -> bytes:
    return hashlib.sha256(f"{username.lower()}\n{address}".encode()).digest()
