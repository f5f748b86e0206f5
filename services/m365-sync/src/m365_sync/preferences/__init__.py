"""Which groups of relations a user wants in the mailbox."""
