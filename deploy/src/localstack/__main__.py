"""``python -m localstack``: the whole system in the foreground, until Ctrl-C or SIGTERM."""

import signal
import time
from types import FrameType

from localstack.example_office import load_once
from localstack.settings import CannotStart, StackSettings, read_settings
from localstack.stack import Stack

LOGINS = "logins: admin, anna, karel, gast (password demo)"


class StopAsked(Exception):
    """SIGTERM or Ctrl-C arrived."""


def main() -> None:
    """Start, print the address and the logins, and stay until asked to stop."""
    settings = read_settings()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _ask_to_stop)
    stack: Stack | None = None
    try:
        stack = Stack(settings)
        stack.start()
        if settings.demo:
            load_once(settings, stack.supervisor.watch)
        _announce(settings)
        while True:
            stack.supervisor.watch()
            time.sleep(0.1)
    except (StopAsked, KeyboardInterrupt):
        pass
    except CannotStart as reason:
        print(reason, flush=True)
        raise SystemExit(1) from reason
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        if stack:
            stack.stop()


def _ask_to_stop(_: int, __: FrameType | None) -> None:
    raise StopAsked


def _announce(settings: StackSettings) -> None:
    print(f"ready {settings.url_of('gateway')}", flush=True)
    if settings.demo:
        print(LOGINS, flush=True)
    print(f"logs and data in {settings.data}; stop with Ctrl-C", flush=True)


if __name__ == "__main__":
    main()
