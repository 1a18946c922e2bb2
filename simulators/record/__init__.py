"""Recording a live home as CSV that `anju-sim replay` and `anju-models evaluate --csv` read, anonymised.

What leaves the home says which kinds of sensors in which kinds of rooms did what at which hour of which
weekday; not whose home, what the sensors are called, nor when it was.
"""
