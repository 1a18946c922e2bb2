"""Who may sign in, what each may do and see, and who looked at what. Knows nothing of pages."""
