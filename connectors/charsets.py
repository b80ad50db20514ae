"""Turns bytes into text, whatever charset they claim to be in: of mails and of form posts.

Japanese mail programs write Microsoft's extensions (①, ㈱, 髙) under the names of the standards
that lack them: CP932 labelled Shift_JIS, CP50221 labelled ISO-2022-JP, CP51932 labelled EUC-JP.
All three share one table, so each is brought to CP932. Labels that lie are found out by the
bytes themselves.
"""

import codecs
import re

_ALIASES = {
    **dict.fromkeys(
        ("shift_jis", "sjis", "x_sjis", "ms_kanji", "windows_31j", "cswindows31j", "ms932"), "cp932"
    ),
    **dict.fromkeys(
        ("csiso2022jp", "iso_2022_jp_ms", "cp50220", "cp50221", "cp50222", "jis"), "iso_2022_jp"
    ),
    **dict.fromkeys(("x_euc_jp", "eucjp", "eucjp_ms", "cp51932", "ujis"), "euc_jp"),
    **dict.fromkeys(("gb2312", "gbk", "x_gbk"), "gb18030"),
    **dict.fromkeys(("ks_c_5601_1987", "euc_kr"), "cp949"),
    **dict.fromkeys(("iso_8859_1", "latin_1", "latin1"), "cp1252"),
    **dict.fromkeys(("us_ascii", "ascii", "unknown_8bit", "8bit", "x_unknown", "default"), ""),
}
_SUSPECT = frozenset({"", "cp1252", "cp932", "euc_jp", "iso_2022_jp"})
"""Labels that programs put on UTF-8 by mistake often enough to look."""

_ESCAPES = {
    b"\x1b(B": "ascii",
    b"\x1b(J": "ascii",
    b"\x1b(H": "ascii",
    b"\x1b(I": "kana",
    b"\x1b$@": "kanji",
    b"\x1b$B": "kanji",
    b"\x1b$(@": "kanji",
    b"\x1b$(B": "kanji",
    b"\x1b$(D": "supplement",
}
_ESCAPE = re.compile(rb"\x1b(?:\([BJHI]|\$[@B]|\$\([@BD])")
_JAPANESE = re.compile(r"[\u3041-\u30ff\u4e00-\u9fff\uff01-\uff5e]")
_KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa]")
_HALF_KANA = re.compile(r"[\uff61-\uff9f]")
_PRIVATE = re.compile(r"[\ue000-\uf8ff]")


def decode(raw: bytes, label: str = "", *, cut: bool = False) -> str:
    """The text of `raw`. `label` is the charset the mail claims; it is believed only if it fits.

    With `cut` the end of `raw` may be missing, in the middle of a character too. Never raises:
    what no charset explains becomes U+FFFD.
    """
    return _storable(_decoded(raw, label, cut)) if raw else ""


def _storable(text: str) -> str:
    """Without what neither JSON nor a database can hold: lone surrogates and NUL."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")


def _decoded(raw: bytes, label: str, cut: bool) -> str:
    name = _canonical(label)
    if name in _SUSPECT and b"\x1b" not in raw and not raw.isascii():
        text = _strictly(raw, "utf_8", cut)
        if text is not None and (name in ("", "cp1252") or _JAPANESE.search(text)):
            return text
    if name and (name == "iso_2022_jp" or not _is_escaped(raw)):
        text = _strictly(raw, name, cut)
        if text is not None and not _is_misread(raw, name, text, cut):
            return text
    return _detect(raw, cut)


def _is_escaped(raw: bytes) -> bool:
    return raw.isascii() and _ESCAPE.search(raw) is not None


def _is_misread(raw: bytes, name: str, text: str, cut: bool) -> bool:
    """Whether bytes labelled Latin-1 or Shift_JIS are another Japanese charset all the same."""
    others: tuple[str, ...]
    if name == "cp1252":
        others = ("euc_jp", "cp932")
    elif name == "cp932" and _HALF_KANA.search(text) and not _KANA.search(text):
        others = ("euc_jp",)
    else:
        return False
    texts = (_strictly(raw, other, cut) for other in others)
    return any(found is not None and len(_KANA.findall(found)) >= 2 for found in texts)


def _canonical(label: str) -> str:
    """Python's name of the charset, "" if it has none or the label says nothing."""
    name = label.strip().strip("\"'").lower().replace("-", "_").replace(" ", "_")
    name = _ALIASES.get(name, name)
    try:
        found = codecs.lookup(name) if name else None
    except (LookupError, ValueError, UnicodeError):
        return ""
    # Codecs such as base64 and rot13 turn bytes into bytes, punycode and utf-7 are no mail's.
    if found is None or not getattr(found, "_is_text_encoding", True):
        return ""
    if found.name in ("idna", "punycode", "undefined", "raw_unicode_escape", "unicode_escape"):
        return ""
    return name


def _strictly(raw: bytes, name: str, cut: bool) -> str | None:
    try:
        if name == "iso_2022_jp":
            return _iso_2022_jp(raw)
        if name == "euc_jp":
            return _euc_jp(raw, cut)
        return codecs.getincrementaldecoder(name)("strict").decode(raw, not cut)
    except (UnicodeError, LookupError, ValueError):
        return None


def _detect(raw: bytes, cut: bool) -> str:
    """The text in the charset that explains it best; replacement characters as the last resort."""
    if _ESCAPE.search(raw):
        text = _strictly(raw, "iso_2022_jp", cut)
        if text is not None:
            return text
    text = _strictly(raw, "utf_8", cut)
    if text is not None:
        return text
    candidates = [t for t in (_strictly(raw, n, cut) for n in ("euc_jp", "cp932")) if t is not None]
    best = max(candidates, key=_plausibility, default="")
    if best and _plausibility(best) > 0:
        return best
    western = _strictly(raw, "cp1252", cut)
    if western is not None and sum(byte > 0x7F for byte in raw) * 3 < len(raw):
        return western
    return best or raw.decode("cp932", "replace")


def _plausibility(text: str) -> int:
    """How much a text looks Japanese: kana and kanji for, half-width kana and oddities against.

    A lone kanji among Latin letters is an accented letter read wrongly.
    """
    wide = len(_JAPANESE.findall(text))
    letters = sum(char.isascii() and char.isalpha() for char in text)
    kana = len(_KANA.findall(text))
    odd = len(_HALF_KANA.findall(text)) + 2 * len(_PRIVATE.findall(text))
    lonely = wide if not kana and wide * 3 < letters else 0
    return wide + 2 * kana - 2 * odd - 2 * lonely


def _iso_2022_jp(raw: bytes) -> str:
    """ISO-2022-JP with vendor rows, half-width kana and JIS X 0212; lone bytes become U+FFFD.

    Raises:
        UnicodeError: it has 8-bit bytes, so it is no ISO-2022-JP.
    """
    if not raw.isascii():
        raise UnicodeError("8-bit bytes")
    text: list[str] = []
    mode, start = "ascii", 0
    for match in _ESCAPE.finditer(raw):
        text.append(_segment(raw[start : match.start()], mode))
        mode, start = _ESCAPES[match.group()], match.end()
    text.append(_segment(raw[start:], mode))
    return "".join(text)


def _segment(part: bytes, mode: str) -> str:
    if mode == "kana":
        return bytes(b | 0x80 if 0x21 <= b <= 0x5F else b for b in part).decode("cp932", "replace")
    if mode == "supplement":
        return (b"\x1b$(D" + part + b"\x1b(B").decode("iso2022_jp_2", "replace")
    if mode == "kanji":
        # A line end resets to ASCII (RFC 1468) even where the escape sequence was forgotten.
        line, newline, rest = part.partition(b"\n")
        return _kanji(line) + (newline + rest).decode("ascii", "replace")
    return part.decode("ascii", "replace")


def _kanji(part: bytes) -> str:
    pairs = bytearray()
    index = 0
    while index < len(part):
        pair = part[index : index + 2]
        if len(pair) == 2 and all(0x21 <= byte <= 0x7E for byte in pair):
            pairs += _shifted(pair[0], pair[1])
            index += 2
        else:
            pairs += pair[:1] if pair[0] in b" \t\r" else b""
            index += 1
    return pairs.decode("cp932", "replace")


def _shifted(high: int, low: int) -> bytes:
    """A JIS X 0208 position (two bytes of 0x21-0x7E, vendor rows too) in CP932."""
    trail = low + 0x1F + (low >= 0x60) if high & 1 else low + 0x7E
    lead = (high - 0x21) // 2 + 0x81
    return bytes((lead + 0x40 if lead >= 0xA0 else lead, trail))


def _euc_jp(raw: bytes, cut: bool) -> str:
    """EUC-JP with vendor rows.

    Raises:
        UnicodeError: the bytes are no EUC-JP.
    """
    out: list[str] = []
    index = 0
    while index < len(raw):
        byte = raw[index]
        width = 1 if byte < 0x80 else 3 if byte == 0x8F else 2
        char = raw[index : index + width]
        if len(char) < width and cut:
            break
        out.append(_euc_char(char, width))
        index += width
    return "".join(out)


def _euc_char(char: bytes, width: int) -> str:
    if width == 1:
        return chr(char[0])
    if len(char) < width or not all(0xA1 <= byte <= 0xFE for byte in char[1:]):
        raise UnicodeError("no EUC-JP")
    if char[0] == 0x8E:
        return char[1:].decode("cp932")
    if char[0] == 0x8F:
        return char.decode("euc_jp")
    if not 0xA1 <= char[0] <= 0xFE:
        raise UnicodeError("no EUC-JP")
    return _shifted(char[0] & 0x7F, char[1] & 0x7F).decode("cp932")
