"""How like real homes the simulated ones are: the same figures of both, and how far apart they lie.

Pure but for the picture. Knows nothing of how either home came to its sightings.
"""
