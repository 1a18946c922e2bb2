"""The program on the Raspberry Pi: from the sensors of one home to the hub, without losing an event."""

__version__ = "0.1.0"  #: the project's; asking the package's metadata costs a megabyte of the Pi's memory
