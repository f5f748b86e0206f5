"""Likely doubles of a relation, with a score and the reasons."""
