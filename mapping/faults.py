"""What is wrong with a mapping, gathered so that one check tells everything."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from daifuku.errors import MappingError


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: `where` is `file:line`, `field` the key at fault, `hint` the next step."""

    where: str
    field: str
    message: str
    hint: str = ""

    def as_error(self) -> MappingError:
        """The fault as the error that a caller who wants a usable mapping gets."""
        return MappingError(self.message, where=self.where, field=self.field, hint=self.hint)


class Faults:
    """The faults of one mapping, in the order they are met; `where` names its file."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._found: list[Fault] = []

    def add(self, line: int, field: str, message: str, hint: str = "") -> None:
        fault = Fault(f"{self._where}:{line}", field, message, hint)
        if fault not in self._found:
            self._found.append(fault)

    def in_order(self) -> tuple[Fault, ...]:
        """All faults, by line."""
        return tuple(sorted(self._found, key=lambda fault: int(fault.where.rpartition(":")[2])))

    def __bool__(self) -> bool:
        return bool(self._found)


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint that names the known word most like `word`, or all of them where none is like it."""
    known = sorted(map(str, known))
    close = get_close_matches(word, known, n=1, cutoff=0.6)
    if close:
        return f"Did you mean {close[0]!r}?"
    return f"Known: {', '.join(known)}." if known else ""
