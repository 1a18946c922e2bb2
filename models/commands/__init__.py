"""The commands of `anju-models`, one trade a file."""
