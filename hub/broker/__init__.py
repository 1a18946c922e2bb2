"""Brokers that the hub brings or is run beside: the embedded one, and Mosquitto's configuration."""
