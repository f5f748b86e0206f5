"""Confidential relations: who may have them in a mailbox, and the way out for copies that may not stay there."""
