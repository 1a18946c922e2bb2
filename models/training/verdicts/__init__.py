"""Whether a home is called for nothing as often as its budget says."""
