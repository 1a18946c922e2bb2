"""Telephones: a telephone provider that behaves as Twilio does, with people at the other end.

A program that calls and texts people through Twilio's client can be pointed here unchanged. The phones ring
on a page, people behave as they are told to, and the provider fails in the ways that providers fail.
Knows nothing of the hub: both meet over HTTP, as in life.
"""
