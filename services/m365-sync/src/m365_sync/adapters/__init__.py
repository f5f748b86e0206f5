"""Everything outside: Microsoft's sign-in and mailboxes, and the service that owns the relations."""
