"""The public door: one table of routes, forwarded to the services that own them."""
