"""Data protection: what a relation may ask, who answered, and the proof of it."""
