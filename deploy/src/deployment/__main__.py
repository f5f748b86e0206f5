"""``python -m deployment definitions | secrets``: what a deployment needs that is derived or made up."""

import argparse
import sys
from pathlib import Path

from deployment.bus import definitions_text
from deployment.secret_files import Places, hand_over, make_secrets


def main() -> None:
    """Print RabbitMQ's definitions, or make the secrets that are missing."""
    parser = argparse.ArgumentParser(prog="python -m deployment")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("definitions", help="print deploy/rabbitmq/definitions.json")
    making = commands.add_parser("secrets", help="make the secrets that are missing in a folder")
    making.add_argument("folder", type=Path)
    making.add_argument("--postgres", default=Places.postgres, help="host:port of PostgreSQL")
    making.add_argument("--rabbitmq", default=Places.rabbitmq, help="host:port of RabbitMQ")
    making.add_argument("--hand-over", action="store_true", help="as root: give each folder to its container's user")
    options = parser.parse_args()
    if options.command == "definitions":
        sys.stdout.write(definitions_text())
    else:
        made = make_secrets(options.folder, Places(options.postgres, options.rabbitmq))
        if options.hand_over:
            hand_over(options.folder)
        sys.stdout.write(f"{len(made)} secrets made in {options.folder}, the others were there\n")


if __name__ == "__main__":
    main()
