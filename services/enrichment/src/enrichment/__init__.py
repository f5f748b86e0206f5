"""Enrichment: official facts about companies, fetched once and paid once."""
