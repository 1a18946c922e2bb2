"""Notifications: what is owed to whom, the attempts to deliver it, and what the providers say of them."""
