"""Legal identities: what the law and the registers say a relation is, by date."""
