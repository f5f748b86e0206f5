"""``python -m contracts lock | check | asyncapi | page``: what is derived from the catalogue."""

import argparse
import json
import sys

from contracts.asyncapi import asyncapi
from contracts.locks import broken_promises, lock
from contracts.page import page


def main() -> None:
    """Run one command."""
    parser = argparse.ArgumentParser(prog="python -m contracts")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("lock", help="lock the schema of every event that has none yet")
    commands.add_parser("check", help="compare the declared events with their locks")
    commands.add_parser("asyncapi", help="print the AsyncAPI document")
    commands.add_parser("page", help="print the event page; subscribers are known to make docs only")
    command = parser.parse_args().command
    if command == "lock":
        print("\n".join(f"locked {type_}" for type_ in lock()) or "nothing new to lock")
    elif command == "check":
        sys.exit("\n".join(broken_promises()) or None)
    elif command == "asyncapi":
        print(json.dumps(asyncapi(), indent=2))
    else:
        print(page({}), end="")


if __name__ == "__main__":
    main()
