"""Scenarios: what happens in a home, and what must be raised for it. One TOML file each, in this folder.

`script` reads them, `play` lets them happen, `judge` says whether the hub saw what it should have seen.
"""
