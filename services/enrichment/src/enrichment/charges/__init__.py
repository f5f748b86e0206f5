"""The ledger of queries: who asked what of which register, what it cost, and on which matter it goes."""
