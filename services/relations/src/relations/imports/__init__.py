"""Imports: tables and business cards that become relations, row by row, and that can be taken back."""
