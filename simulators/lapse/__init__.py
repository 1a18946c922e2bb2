"""Time-lapse: a scenario of hours or weeks in seconds, through the real agent and the real hub.

Both run as programs of their own with a clock that is moved; what they say to each other is carried here, as
a broker would. Nothing of what they decide is known here.
"""
