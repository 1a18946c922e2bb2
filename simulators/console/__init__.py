"""A page with buttons for one simulated home: fall, press, open the door, cut the line. For trying a hub."""
