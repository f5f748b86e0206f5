"""A merge's way into the mailboxes: where both of a pair were, one contact is left, and an undoing brings two back."""
