"""What a connection with a mailbox is."""

from datetime import timedelta

STATES = ("connected", "reconnect_needed")
NOT_CONNECTED = "not_connected"

SIGN_IN_WITHIN = timedelta(minutes=10)
"""How long a user may take between leaving for Microsoft and coming back."""
