"""HTTP stand-ins of the paid providers and of Microsoft, for development, demonstrations and tests."""
