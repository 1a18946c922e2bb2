"""Less noise: what keeps a lesser alert from calling people now, all of it on file; never an emergency."""
