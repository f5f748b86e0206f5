"""Requests: what was asked, about whom, who answered what, and the ledger."""
