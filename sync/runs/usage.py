"""Finds out which fields of a record its mapping uses: by watching it read one."""

from collections.abc import Iterable, Mapping
from typing import Any

from typing_extensions import override

from daifuku.records import SourceRecord
from sync.runs.profile import Path
from sync.standing import Mapper


def fields_used(mapper: Mapper, records: Iterable[SourceRecord]) -> set[Path]:
    """The fields, and those of the objects in them, that the mapper reads of these records."""
    used: set[Path] = set()
    for record in records:
        watched = _Watched(record.payload, used, ())
        mapper(SourceRecord(record.key, watched, record.observed_at, record.deleted))
    return used


class _Watched(dict[str, Any]):
    """An object that notes which of its keys are asked for, down to those one level below."""

    def __init__(self, held: Mapping[str, Any], used: set[Path], place: Path) -> None:
        super().__init__(held)
        self._used = used
        self._place = place

    @override
    def get(self, key: str, default: Any = None, /) -> Any:
        place = (*self._place, key)
        self._used.add(place)
        return self._watched(super().get(key, default), place)

    @override
    def __getitem__(self, key: str, /) -> Any:
        return self.get(key) if key in self else super().__getitem__(key)

    def _watched(self, value: Any, place: Path) -> Any:
        if len(place) > 1:
            return value
        if isinstance(value, dict):
            return _Watched(value, self._used, place)
        if isinstance(value, list):
            return [self._watched(item, place) for item in value]
        return value
