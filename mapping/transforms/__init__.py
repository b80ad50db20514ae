"""The named transforms of the mapping language, each a small pure function of one value.

A transform gets a present value and gives another, or None for nothing. It raises Unmappable
for a value it cannot read. On a list it works element by element.
"""

from mapping.transforms.registry import TRANSFORMS, Transform, compile_transform

__all__ = ["TRANSFORMS", "Transform", "compile_transform"]
