"""Reads what follows the town in a Japanese address: block numbers, building, room."""

import re
from dataclasses import dataclass

from identity.normalize.kana import to_katakana

_MOST_NUMBERS = 5
_NUMBER = re.compile(
    r"\s*(?:大字|字)?\s*(\d{1,6})\s*(丁目|番地[のノ]|番地|番[のノ]|番|号|[のノ](?=\s*\d)|-)?\s*"
)
_NOT_A_LOT = re.compile(r"[f階]|号室|号棟|棟|室|号館|館")
_ROOM_ONLY = re.compile(r"(\d{2,5})\s*(?:号室|室|号)?\Z")
_ROOM_LAST = re.compile(r"(?:^|[^\da-z])([a-z]?-?\d{2,5}[a-z]?)\s*(?:号室|室|号)?\Z")
_FLOOR_LAST = re.compile(r"((?:地下|b)?\d{1,3})\s*(?:階|f)\Z")
_OUTSIDE_BUILDING = re.compile(r"[\s・ー,、()_-]")


@dataclass(frozen=True, slots=True)
class Lot:
    """`block` is the numbers joined with hyphens (2-6-1), `room` a room or a floor (5f)."""

    block: str = ""
    building: str = ""
    room: str = ""


def read_lot(text: str) -> Lot:
    """The lot that a folded text (lower case, numerals as digits) begins with."""
    numbers, rest = _numbers(text)
    tail = rest.strip(" -,、")
    room = ""
    if tail:
        room, tail = _room(tail)
    if len(numbers) > 3 and not room:
        room = numbers.pop()
    building = _OUTSIDE_BUILDING.sub("", to_katakana(tail))
    return Lot("-".join(numbers), building, room)


def _numbers(text: str) -> tuple[list[str], str]:
    """The leading numbers, and the text after them."""
    numbers: list[str] = []
    while len(numbers) < _MOST_NUMBERS:
        found = _NUMBER.match(text)
        if not found:
            break
        separator, after = found.group(2), text[found.end() :]
        if numbers and not separator and _NOT_A_LOT.match(after):
            break
        if separator == "号" and after[:1] in tuple("室棟館"):
            break
        numbers.append(str(int(found.group(1))))
        text = after
        if not _goes_on(separator, after):
            break
    return numbers, text


def _goes_on(separator: str | None, after: str) -> bool:
    """Whether another number of the lot may follow the separator."""
    if separator is None:
        return False
    if separator == "号":
        return after.startswith("-")
    if separator in ("丁目", "番地", "番"):
        return after[:1].isdigit() or after.startswith(("-", "の", "ノ"))
    return True


def _room(tail: str) -> tuple[str, str]:
    """(room, what is left) of the text after the block numbers."""
    only = _ROOM_ONLY.match(tail)
    if only:
        return only.group(1), ""
    last = _ROOM_LAST.search(tail)
    if last:
        return last.group(1).replace("-", ""), tail[: last.start(1)].strip()
    floor = _FLOOR_LAST.search(tail)
    if floor:
        return f"{floor.group(1).replace('地下', 'b')}f", tail[: floor.start()].strip()
    return "", tail
