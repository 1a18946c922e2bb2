"""Homes, residents, telephones and faults that behave as the real ones do, for people who have none at hand."""
