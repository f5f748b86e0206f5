"""Varia: the definitions of the fields an office makes itself; ``record.varia`` checks values against them."""
