"""House rules for the record, what breaks them, and how clean the office is."""
