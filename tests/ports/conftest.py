"""The brokers that the port's suite runs over."""

from tests.brokers import any_broker

__all__ = ["any_broker"]
