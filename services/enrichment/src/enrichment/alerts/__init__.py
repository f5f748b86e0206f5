"""Warnings that follow from register data: raised once, cleared when their reason is gone."""
