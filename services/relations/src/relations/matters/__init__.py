"""The register of matters: what the matters module tells us about who stands in which matter."""
