"""A city that never was: a real HTTP server with made-up reports whose truth is known."""

from tests.city.wire import serve

__all__ = ["serve"]
