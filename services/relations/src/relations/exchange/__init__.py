"""Exchange: relations and rows as files of other programs, read and written."""
