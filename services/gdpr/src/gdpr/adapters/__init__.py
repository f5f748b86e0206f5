"""What this service asks of the other ones."""
