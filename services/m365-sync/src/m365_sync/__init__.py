"""Microsoft 365: relations as contacts in the mailboxes of the users who want them there."""
