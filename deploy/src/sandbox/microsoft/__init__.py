"""Stand-in of Microsoft: sign-in at login.microsoftonline.com and the contacts of Graph v1.0."""

from sandbox.microsoft.api import blueprint
from sandbox.microsoft.cloud import Cloud

__all__ = ["Cloud", "blueprint"]
