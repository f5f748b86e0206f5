"""Drafts: relations that are still being typed, kept for the user who types them."""
