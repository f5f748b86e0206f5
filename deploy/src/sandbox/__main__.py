"""`python -m sandbox`: serve the stand-ins on 127.0.0.1:$SANDBOX_PORT."""

from __future__ import annotations

import os
import sys

from sandbox.server import serve
from sandbox.settings import BadSettings, read_settings


def main() -> None:
    """Read the settings and serve; a wrong setting is one clear line."""
    try:
        settings = read_settings(os.environ)
    except BadSettings as wrong:
        sys.exit(str(wrong))
    serve(settings)


if __name__ == "__main__":
    main()
