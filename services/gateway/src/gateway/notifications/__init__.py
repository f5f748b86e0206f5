"""Notifications: long work that somebody started and may have left, and what happened meanwhile; ids and codes only."""
