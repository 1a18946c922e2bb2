"""Calls and messages through Twilio's own client."""
