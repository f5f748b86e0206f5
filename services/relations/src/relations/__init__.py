"""Relations: every client, opponent, court, colleague and supplier an office has, and how to reach them."""
