"""A town: the words of up to 100,000 homes from one process, at a chosen rate, and what became of them."""
