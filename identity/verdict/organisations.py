"""Compares two names of organisations."""

from identity.normalize import Company, romaji_key
from identity.verdict.consonants import sound_alike
from identity.verdict.findings import DIFFERENT, EMPTY, SAME, Finding, differ, maybe

_FORM = maybe(
    "The legal forms differ: they may be two legal persons.", "法人格が異なり、別法人の可能性。"
)
_POSITION = maybe(
    "The legal form stands before the one and after the other: they may be two legal persons.",
    "前株と後株で、別法人の可能性。",
)
_BRANCH = maybe("The branch differs or is given on one side only.", "支店が異なるか、片方のみ。")
_SOUND = maybe(
    "One is Japanese, the other Latin, and they sound alike.", "和文と欧文だが、音は似ている。"
)
_SCRIPT = maybe(
    "One is Japanese, the other Latin: the names alone cannot tell.",
    "和文と欧文のため、名称だけでは判断できない。",
)
_READING = maybe("The kana agree with the reading.", "カナ表記が読みと一致。")
_OTHER = differ("Different names.", "名称が異なる。")
_FIRMS = frozenset(("kk", "yk", "gk"))


def compare_companies(x: Company, y: Company) -> Finding:
    """Whether two names are one organisation's name; equal names by themselves prove little."""
    if not x.core or not y.core:
        return EMPTY if x != y else SAME
    if x.core != y.core:
        return _other_core(x, y)
    if x.branch != y.branch:
        return _BRANCH
    if x.legal_form and y.legal_form:
        if x.legal_form != y.legal_form:
            return _FORM
        if x.position != y.position and x.legal_form in _FIRMS and not x.core.isascii():
            return _POSITION
    return SAME


def _other_core(x: Company, y: Company) -> Finding:
    if x.kana and x.kana == y.kana:
        return _READING
    if x.core.isascii() == y.core.isascii():
        return _OTHER if x.core.isascii() else DIFFERENT
    japanese, latin = (y, x) if x.core.isascii() else (x, y)
    if not japanese.kana:
        return _SCRIPT
    return _SOUND if sound_alike(romaji_key(japanese.keys[-1]), latin.core) else _OTHER
