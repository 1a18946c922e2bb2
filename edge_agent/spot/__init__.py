"""What the agent does in the home itself: the siren, the voice in the room, and calls without the hub."""
