"""Where the text of a mail stands, by its BODYSTRUCTURE (RFC 3501 7.4.2)."""

from collections.abc import Iterator
from typing import Any

_DEEPEST = 20


def text_section(structure: Any) -> str:
    """The section number of the first plain text part, or of the first HTML one, or ""."""
    texts = list(_texts(structure, "", 0))
    plain = [section for section, subtype in texts if subtype == b"plain"]
    html = [section for section, subtype in texts if subtype == b"html"]
    return (plain + html + [""])[0]


def _texts(part: Any, section: str, depth: int) -> Iterator[tuple[str, bytes]]:
    if not isinstance(part, tuple) or not part or depth > _DEEPEST:
        return
    if isinstance(part[0], list):
        for number, inner in enumerate(part[0], start=1):
            yield from _texts(inner, f"{section}.{number}" if section else str(number), depth + 1)
    elif _lower(part[0]) == b"text" and len(part) > 1 and not _is_attachment(part):
        yield section or "1", _lower(part[1])


def _is_attachment(part: tuple[Any, ...]) -> bool:
    return any(
        isinstance(item, tuple) and item and _lower(item[0]) == b"attachment" for item in part[7:]
    )


def _lower(value: Any) -> bytes:
    return value.lower() if isinstance(value, bytes) else b""
