"""Measurements of the running programs: `python -m tests.benchmarks NAME`, one JSON object at the end."""
