"""Secrets at rest: texts sealed with a key that the database does not hold."""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SHORTEST_KEY = 32
"""Characters a key must have, so that it is made by a machine and not thought up."""


class KeyNotUsable(ValueError):
    """The key is too short, or none was given; the message never quotes it."""


class SealBroken(Exception):
    """The sealed text was made with a key that is no longer given, or was altered."""


class Vault:
    """Seals texts (Fernet: AES-128-CBC with HMAC-SHA256) under keys derived by HKDF (RFC 5869).

    Several keys may be given, separated by commas: the first one seals, all of them open. To change the key, put the
    new one in front, let what is stored be sealed again, and take the old one away.
    """

    def __init__(self, key: str) -> None:
        """Raises ``KeyNotUsable`` when any of the keys is shorter than ``SHORTEST_KEY``."""
        keys = [part.strip() for part in key.split(",") if part.strip()]
        if not keys or min(map(len, keys)) < SHORTEST_KEY:
            raise KeyNotUsable(f"A data key needs at least {SHORTEST_KEY} characters")
        self._fernet = MultiFernet([Fernet(base64.urlsafe_b64encode(_derive(part, b"seal"))) for part in keys])
        self._fingerprint_key = _derive(keys[0], b"fingerprint")

    def __repr__(self) -> str:
        return "Vault(...)"

    def seal(self, text: str) -> str:
        """Return the text in a form only this vault can open."""
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """Return the text of a sealed form; raises ``SealBroken``."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise SealBroken from error

    def fingerprint(self, text: str) -> str:
        """Return a keyed digest that tells whether two texts are equal and, without the key, nothing else."""
        return hmac.new(self._fingerprint_key, text.encode(), hashlib.sha256).hexdigest()


def _derive(key: str, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"relations " + purpose).derive(key.encode())
