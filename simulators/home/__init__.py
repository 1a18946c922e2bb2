"""A simulated home: its plan, the person who lives there, and the sensors that feel it.

Everything in this folder is pure. Instants are UTC in milliseconds since 1970, as on the wire; the same
seed gives the same life, to the millisecond.
"""
