"""How much is at stake in a home, in bands, and what would lower it."""
