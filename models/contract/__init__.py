"""The contract between edge agents and the hub, version 1: what travels on the wire and what it means.

Everything here is pure: msgspec and the standard library only. A message that has been published under
`anju/v1/` keeps its meaning for ever; `tests/contract/v1/` holds recorded ones that prove it.
"""

VERSION = 1
