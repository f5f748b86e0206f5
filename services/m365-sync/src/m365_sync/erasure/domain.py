"""How long an erasure is remembered here."""

from datetime import timedelta

KEEP_LIFTED = timedelta(days=30)
"""How long the marks of a finished request are kept."""
