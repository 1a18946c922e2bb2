"""Where rows live: the database, its schema, and connections to it. Knows nothing of what they mean."""
