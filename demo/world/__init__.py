"""The demo world: a seeded company whose customers are known, as five sources see them."""

from demo.world.truth import Truth, evident_truth, truth
from demo.world.world import World, generate

__all__ = ["Truth", "World", "evident_truth", "generate", "truth"]
