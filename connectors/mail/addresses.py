"""The grammar of address headers (RFC 5322 3.4), lenient and in one pass.

Dots in odd places (`taro..y@docomo.ne.jp`) are real addresses of Japanese phones.
"""

import re

_LOCAL = re.compile(r"[^@\s<>(),;:\\\[\]\x00-\x1f\x7f]{1,64}")
_DOMAIN = re.compile(
    r"(?=.{1,253}$)[^@\s<>(),;:\\\[\]\"'_\x00-\x1f\x7f.]+(\.[^@\s<>(),;:\\\[\]\"'_.]+)+"
)
_ANGLE = re.compile(r"<([^<>]*)>")
_COMMENT = re.compile(r"\(([^()]*)\)")
_QUOTED_LOCAL = re.compile(r'^"([^"\s]+)"@')
_ESCAPED = re.compile(r"\\(.)")


def is_address(text: str) -> bool:
    """Whether mail could be sent to it over the internet: it has one @ and a dotted domain."""
    local, at, domain = text.partition("@")
    return bool(at and _LOCAL.fullmatch(local) and _DOMAIN.fullmatch(domain))


def split_entries(text: str) -> list[str]:
    """The header cut at commas and semicolons outside quotes, comments and brackets."""
    entries: list[str] = []
    start = index = depth = 0
    quoted = angled = False
    while index < len(text):
        char = text[index]
        if char == "\\":
            index += 1
        elif char == '"' and not depth:
            quoted = not quoted
        elif not quoted:
            depth += (char == "(") - (char == ")" and depth > 0)
            angled = char == "<" or (angled and char != ">")
            if char in ",;" and not depth and not angled:
                entries.append(text[start:index])
                start = index + 1
        index += 1
    rest = text[start:]
    if (quoted or depth or angled) and re.search(r"[,;]", rest):
        return entries + re.split(r"[,;]", rest)  # a quote was never closed: cut it plainly
    return [*entries, rest]


def split_entry(entry: str) -> tuple[str, str]:
    """(name, address) of one entry: `Name <a@b>`, `a@b (Name)`, `a@b`, or `Group: a@b`."""
    angles = _ANGLE.findall(entry)
    if angles:
        name = entry[: entry.rindex("<")]
        return _name(name), _address(angles[-1])
    comment = _COMMENT.search(entry)
    bare = _COMMENT.sub(" ", entry)
    if ":" in bare:
        bare = bare.rpartition(":")[2]
    return (comment[1].strip() if comment else ""), _address(bare)


def _name(text: str) -> str:
    group, colon, rest = text.partition(":")
    if colon and '"' not in group and "@" not in group:
        text = rest
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1]
    return _ESCAPED.sub(r"\1", text).strip()


def _address(text: str) -> str:
    return _QUOTED_LOCAL.sub(r"\1@", text.strip()).removeprefix("mailto:")
