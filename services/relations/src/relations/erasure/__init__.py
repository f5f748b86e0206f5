"""Erasure: who must stay, and how a relation is forgotten."""
