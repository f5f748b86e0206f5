"""Passwords, hashed with argon2id (RFC 9106), checked in the same time whether or not the user exists."""

import base64
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


class Passwords:
    """Hashes and checks passwords."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._nobodys = self._random_hash()

    def hash(self, password: str) -> str:
        """Return the hash to keep of a password."""
        return self._hasher.hash(password)

    def matches(self, password: str, *, kept: str | None) -> bool:
        """Tell whether a password is the one; without a kept hash it takes as long and is not."""
        try:
            self._hasher.verify(kept or self._nobodys, password)
        except (VerificationError, InvalidHashError):
            return False
        return kept is not None

    def _random_hash(self) -> str:
        hasher = self._hasher
        salt, digest = (
            base64.b64encode(secrets.token_bytes(size)).decode().rstrip("=")
            for size in (hasher.salt_len, hasher.hash_len)
        )
        cost = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
        return f"$argon2id$v=19${cost}${salt}${digest}"
