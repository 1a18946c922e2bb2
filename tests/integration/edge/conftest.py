"""Every test here may have a home with real brokers, a real agent process, and the hub's end of the wire."""

from tests.kit_rig import bridge, hub, kit

__all__ = ["bridge", "hub", "kit"]
