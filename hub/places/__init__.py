"""Organisations, homes, the people in and around them, and the devices on their walls."""
