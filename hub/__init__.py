"""The server: stores what the homes report, judges it, and calls people until a human answers."""
