"""Synchronisation runs: what they would do, that they are done, and what they did."""
