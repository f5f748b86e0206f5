"""The office's account with each provider: credentials, prices, switches, balance."""
