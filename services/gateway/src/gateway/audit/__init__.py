"""Who did what and who read what, in ids only."""
