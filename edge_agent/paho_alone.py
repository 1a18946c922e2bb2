"""Imports paho without what it only needs for proxies, which this agent never uses: 1 MB of a small machine.

paho imports `urllib.request` (and with it http and email) for the proxies of PySocks alone. Where PySocks is
installed, or `urllib.request` is loaded already, nothing is done. Imported before paho.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from types import ModuleType

_NAME = "urllib.request"

if _NAME not in sys.modules and find_spec("socks") is None:
    sys.modules[_NAME] = ModuleType(_NAME)
    try:
        import paho.mqtt.client  # noqa: F401
    finally:
        del sys.modules[_NAME]  # whoever needs it gets the real one
