"""The program on the Raspberry Pi: from the sensors of one home to the hub, without losing an event."""
