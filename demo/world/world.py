"""A world: a seed and a size, from which every document follows."""

from collections.abc import Iterator
from dataclasses import dataclass

from demo.world.documents import Document
from demo.world.units import documents_of


@dataclass(frozen=True, slots=True)
class World:
    """The customers of a made-up company, as five sources hold them.

    The same `seed` gives the same world everywhere; a larger `scale` adds units to it and
    leaves the first ones as they are. Nothing is kept: each call generates anew.
    """

    seed: int
    scale: int

    def units(self) -> Iterator[tuple[Document, ...]]:
        """The documents, about `scale` in all, by unit: a household or a company."""
        index = made = 0
        while made < self.scale:
            unit = tuple(documents_of(self.seed, index))
            made += len(unit)
            index += 1
            yield unit

    def documents(self, source: str | None = None) -> Iterator[Document]:
        """All documents, or those of one source."""
        for unit in self.units():
            for document in unit:
                if source is None or document.source == source:
                    yield document


def generate(seed: int, scale: int = 5000) -> World:
    """The world `seed` of about `scale` source records. Takes no time: worlds are lazy."""
    return World(seed, scale)
