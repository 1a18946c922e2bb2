"""Where rows live: the database itself, its schema, and connections to it. Knows nothing of what they mean."""
