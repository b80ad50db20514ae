"""Compares two postal addresses."""

from rapidfuzz.fuzz import token_set_ratio

from identity.normalize import PostalAddress
from identity.verdict.findings import DIFFERENT, EMPTY, SAME, Finding, differ, maybe

_ROOM_MISSING = maybe("The same lot; a room is given on one side only.", "部屋番号が片方のみ。")
_ROOM = differ("The same lot, another room.", "部屋番号が異なる。")
_LOT_MISSING = maybe("The same town; a block number is missing.", "番地が片方にない。")
_LOT = differ("The same town, another lot.", "番地が異なる。")
_TOWN = differ("Another town.", "町が異なる。")
_COARSE = maybe("Not precise enough to tell.", "住所が大まかで判断できない。")
_LIKE = maybe("Alike, but not equal.", "似ているが一致しない。")
_SCRIPT = maybe("One is Japanese, the other Latin.", "和文と欧文で比較できない。")
_ALIKE = 85.0


def compare_addresses(x: PostalAddress, y: PostalAddress) -> Finding:
    """Whether two addresses are one place, down to the room where both name one."""
    if not x.key or not y.key:
        return EMPTY
    if x.key == y.key:
        return SAME if min(x.level, y.level) != 1 else _COARSE
    if _is_japanese(x) != _is_japanese(y):
        return _SCRIPT
    return _japanese(x, y) if _is_japanese(x) else _western(x, y)


def _is_japanese(address: PostalAddress) -> bool:
    return not address.key.isascii()


def _japanese(x: PostalAddress, y: PostalAddress) -> Finding:
    if not x.town_key or not y.town_key:
        return _coarse(x, y)
    if x.town_key != y.town_key:
        return _COARSE if _may_be_one_town(x, y) else _TOWN
    if x.block != y.block:
        return _LOT if x.block and y.block else _LOT_MISSING
    if x.room and y.room:
        return _ROOM
    return _ROOM_MISSING


def _may_be_one_town(x: PostalAddress, y: PostalAddress) -> bool:
    """Whether only the prefecture or city is missing on a side, the rest being equal."""
    if (x.prefecture and y.prefecture and x.prefecture != y.prefecture) or x.block != y.block:
        return False
    return x.town == y.town and (x.city in y.city or y.city in x.city)


def _coarse(x: PostalAddress, y: PostalAddress) -> Finding:
    for first, second in ((x.prefecture, y.prefecture), (x.city, y.city)):
        if first and second and first != second:
            return DIFFERENT
    if x.level == 0 and y.level == 0:
        return DIFFERENT
    return _COARSE


def _western(x: PostalAddress, y: PostalAddress) -> Finding:
    if x.block != y.block and x.block and y.block:
        return DIFFERENT
    if x.room and y.room and x.room != y.room:
        return DIFFERENT
    if token_set_ratio(x.key, y.key) < _ALIKE:
        return DIFFERENT
    return _ROOM_MISSING if bool(x.room) != bool(y.room) else _LIKE
