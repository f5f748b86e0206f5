"""The photo or logo of a relation."""
