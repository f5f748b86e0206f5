"""The front door: sign-in, rights, the relation card, the public API and the pages."""
