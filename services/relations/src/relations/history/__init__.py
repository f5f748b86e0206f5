"""Historie: the relations a user opened last."""
