"""Contact moments: what was said with whom, and who follows it up when."""
