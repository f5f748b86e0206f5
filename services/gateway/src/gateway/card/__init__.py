"""The relation card: panels kept here, dropped by events, fetched from their owners when missing."""
