"""Whose mailbox we may write to."""
