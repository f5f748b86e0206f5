"""The quick search: one box for names, numbers, addresses of every kind."""
