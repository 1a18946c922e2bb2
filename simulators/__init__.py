"""Homes, residents, telephones and faults that behave as real ones do, for those who have none at hand."""
