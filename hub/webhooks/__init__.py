"""Telling other people's programs what happens: owed with the event itself, signed, tried for a day."""
