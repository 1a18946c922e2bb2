"""One folder per provider. To the hub, each is a `Channel` (see `port.py`)."""
