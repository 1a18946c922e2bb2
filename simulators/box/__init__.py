"""A box of simulated sensors with a real edge agent: paired and walked through as a kit in a real home is."""
