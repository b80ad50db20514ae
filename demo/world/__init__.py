"""The demo world: a seeded company whose customers are known, as five sources see them."""

from demo.world.world import World, generate

__all__ = ["World", "generate"]
