"""Recorded homes, played again: from a CSV file to the broker of a home, as Zigbee2MQTT would say it.

Every usable row becomes one message, in the order of the recording; every other row is counted with its
reason and stops nothing.
"""
