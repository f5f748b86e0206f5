"""Controls under /_sandbox with which tests and demonstrations look inside and cause faults."""

from sandbox.control.api import Controls, blueprint

__all__ = ["Controls", "blueprint"]
