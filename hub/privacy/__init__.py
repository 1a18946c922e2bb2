"""What is held of a person: shown, handed out, and erased. Every table of the database is placed here."""
