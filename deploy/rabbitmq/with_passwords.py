#!/usr/bin/env python3
"""Give the accounts in RabbitMQ's definitions their passwords: definitions, folder of passwords, result.

The folder holds a file for each account, named after it. An account without a file keeps no password, so that nobody
can use it. The form of the hash: base64(salt + SHA-256(salt + password)), rabbitmq.com/docs/passwords.
"""

import base64
import hashlib
import json
import secrets
import sys
from pathlib import Path


def password_hash(password: str) -> str:
    """Return a password as RabbitMQ keeps it, with a salt of its own."""
    salt = secrets.token_bytes(4)
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def main() -> None:
    """Write the definitions with passwords."""
    if len(sys.argv) != 4:
        raise SystemExit("Usage: with_passwords.py DEFINITIONS PASSWORDS RESULT")
    definitions, passwords, result = (Path(argument) for argument in sys.argv[1:])
    wanted = json.loads(definitions.read_text())
    for user in wanted["users"]:
        file = passwords / user["name"]
        if file.exists():
            user["password_hash"] = password_hash(file.read_text().strip())
    result.write_text(json.dumps(wanted))


if __name__ == "__main__":
    main()
