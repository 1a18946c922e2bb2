"""What goes wrong in real life, made to order: cables that are cut, messages that are lost or repeated."""
