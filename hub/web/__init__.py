"""Pages and the HTTP API: for people at a station, families, and programs."""
