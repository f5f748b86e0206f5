"""An erasure's way into the mailboxes."""
