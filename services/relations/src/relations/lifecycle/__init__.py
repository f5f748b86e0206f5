"""How a relation comes and goes: where the record meets duplicates and references."""
