"""The broker that these tests look at."""

from tests.brokers import broker

__all__ = ["broker"]
