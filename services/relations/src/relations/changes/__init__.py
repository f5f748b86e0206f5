"""The field history of a relation: listing it, and putting one field back."""
