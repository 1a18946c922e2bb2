"""Pages for people, rendered by the server; they work without script, except that they then stand still."""
