"""Verdicts: how often a home may be called for nothing, and what that makes of a detector's score."""
