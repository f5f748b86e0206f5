"""Merging two relations, and taking it back: what every service does with its own rows, whatever its tables are."""
