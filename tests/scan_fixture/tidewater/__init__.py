"""Tidewater answers questions about port paperwork. Early versions ran bert-base-uncased only."""

__version__ = "0.8.2"
