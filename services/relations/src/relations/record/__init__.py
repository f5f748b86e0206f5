"""The record: a relation and its parts. The ground floor: it imports no other capability."""
