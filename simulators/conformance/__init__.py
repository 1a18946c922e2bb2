"""Whether an edge that somebody else wrote speaks the contract: what it must say, checked on the wire.

`checks` is pure and judges what was heard; `listening` plays the hub's part and hears it.
"""
