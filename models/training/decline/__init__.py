"""How well decline over weeks is found, in made-up and in recorded homes."""
