"""Contact moments."""
