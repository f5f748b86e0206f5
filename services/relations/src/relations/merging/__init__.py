"""Merging two relations field by field, in every service, and taking it back within 30 days."""
