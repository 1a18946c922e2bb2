"""Proof that a human will answer: who would be reached, who was, how fast, and whether anything is stuck."""
