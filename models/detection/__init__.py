"""Detectors: what is wrong in a home, how sure we are, and the numbers that say so."""
