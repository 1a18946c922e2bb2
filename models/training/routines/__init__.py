"""Recorded homes, what is injected into them, and how well the routines' detectors do on them."""
