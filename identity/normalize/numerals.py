"""Kanji numerals as numbers."""

_DIGITS = {char: value for value, char in enumerate("〇一二三四五六七八九")} | {"零": 0}
_UNITS = {"十": 10, "百": 100, "千": 1000}
KANJI_DIGITS = "〇零一二三四五六七八九十百千"


def kanji_number(text: str) -> int:
    """The number that kanji numerals write, by place (二〇二三) or by unit (二十三).

    `text` consists of `KANJI_DIGITS` only.
    """
    if not any(char in _UNITS for char in text):
        return int("".join(str(_DIGITS[char]) for char in text))
    total = current = 0
    for char in text:
        if char in _UNITS:
            total += (current or 1) * _UNITS[char]
            current = 0
        else:
            current = current * 10 + _DIGITS[char]
    return total + current
