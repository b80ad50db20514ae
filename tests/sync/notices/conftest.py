"""A webhook that keeps what it is sent."""

from tests.support.hooks import hook

__all__ = ["hook"]
