"""The fields of a post in each of the ways that browsers and servers encode them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_to_bytes

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from connectors.charsets import decode
from connectors.json_text import parse_json
from daifuku.errors import RecordError

MOST_FIELDS = 1_000
_SEPARATOR = b"\x1e"
_REFERENCE = re.compile(r"&#(\d{2,7});")
_FILENAME = re.compile(rb";\s*filename\*?\s*=", re.I)
_UNICODE = frozenset(("", "utf-8", "utf8"))

RawPairs = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with the post; it is noted, not stored."""

    field: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Fields:
    """Values by field name, a list where the name came more than once."""

    values: dict[str, Any] = field(default_factory=dict)
    uploads: tuple[Upload, ...] = ()


def read_fields(content_type: str, body: bytes) -> Fields:
    """The fields of a post.

    Raises:
        RecordError: the body is not what its content type says, or that is none of the three.
    """
    kind, options = parse_options_header(content_type)
    charset = options.get(b"charset", b"").decode("ascii", "replace")
    if kind == b"application/x-www-form-urlencoded":
        return Fields(_joined(_decoded(_pairs(body), charset)))
    if kind == b"application/json":
        return Fields(_json(body))
    if kind == b"multipart/form-data":
        pairs, files = _multipart(body, options.get(b"boundary", b""))
        return Fields(_joined(_decoded(pairs, charset)), _uploads(files))
    raise RecordError(
        "A form is posted as application/x-www-form-urlencoded, multipart/form-data"
        " or application/json.",
        hint="Set the Content-Type.",
    )


def _pairs(body: bytes) -> RawPairs:
    parts = [part for part in body.split(b"&", MOST_FIELDS) if part]
    _check_count(len(parts))
    pairs = (part.replace(b"+", b" ").partition(b"=") for part in parts)
    return [(unquote_to_bytes(name), unquote_to_bytes(value)) for name, _, value in pairs]


def _json(body: bytes) -> dict[str, Any]:
    try:
        values = parse_json(body)
    except ValueError:
        values = None
    if not isinstance(values, dict):
        raise RecordError("The post is no JSON object of fields.")
    _check_count(len(values))
    return values


def _multipart(body: bytes, boundary: bytes) -> tuple[RawPairs, list[tuple[bytes, bytes, int]]]:
    if not boundary:
        raise RecordError("The multipart post names no boundary.")
    reader = _PartReader()
    try:
        parser = MultipartParser(boundary, reader.callbacks())
        parser.write(body)
        parser.finalize()
    except (FormParserError, ValueError, KeyError):
        raise RecordError("The multipart post is broken.") from None
    if not reader.ended:
        raise RecordError("The multipart post is cut off.")
    return reader.pairs, reader.files


class _PartReader:
    """Collects the parts of a multipart body: values whole, files by their size only."""

    def __init__(self) -> None:
        self.pairs: RawPairs = []
        self.files: list[tuple[bytes, bytes, int]] = []
        self.ended = False
        self._begin()

    def callbacks(self) -> Any:
        """The parser's callbacks; the type that it wants for them is private."""
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._header_name,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_part_data": self._data,
            "on_part_end": self._end,
            "on_end": self._all_read,
        }

    def _begin(self) -> None:
        self._header = [bytearray(), bytearray()]
        self._disposition = b""
        self._value = bytearray()
        self._size = 0

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._header[0] += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._header[1] += data[start:end]

    def _header_end(self) -> None:
        if bytes(self._header[0]).lower() == b"content-disposition":
            self._disposition = bytes(self._header[1])
        self._header = [bytearray(), bytearray()]

    def _data(self, data: bytes, start: int, end: int) -> None:
        self._size += end - start
        if not _FILENAME.search(self._disposition):
            self._value += data[start:end]

    def _end(self) -> None:
        _, options = parse_options_header(self._disposition)
        name = options.get(b"name", b"")
        if _FILENAME.search(self._disposition):
            self.files.append((name, options.get(b"filename", b""), self._size))
        elif name:
            self.pairs.append((name, bytes(self._value)))
        _check_count(len(self.pairs) + len(self.files))

    def _all_read(self) -> None:
        self.ended = True


def _uploads(files: Iterable[tuple[bytes, bytes, int]]) -> tuple[Upload, ...]:
    # A browser sends an empty part for a file input that was left alone.
    return tuple(
        Upload(decode(field), decode(name), size) for field, name, size in files if name or size
    )


def _decoded(pairs: RawPairs, charset: str) -> list[tuple[str, str]]:
    """Names and values as text: in `_charset_`, else `charset`, else what the bytes look like.

    All are decoded together: a single short value may look like anything.
    """
    told = next((value for name, value in pairs if name == b"_charset_"), b"")
    label = told.decode("ascii", "replace") or charset
    raw = _SEPARATOR.join(part.replace(_SEPARATOR, b"") for pair in pairs for part in pair)
    text = decode(raw, label or ("utf-8" if _is_utf8(raw) else ""))
    if label.lower() not in _UNICODE or not _is_utf8(raw):
        # A browser writes what the form's charset lacks as a character reference.
        text = _REFERENCE.sub(_referred, text)
    parts = text.split(_SEPARATOR.decode())
    found = list(zip(parts[::2], parts[1::2], strict=False))
    return [(name, value.replace("\r\n", "\n")) for name, value in found if name != "_charset_"]


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _referred(match: re.Match[str]) -> str:
    number = int(match[1])
    is_character = 0x20 <= number < 0x110000 and not 0xD800 <= number < 0xE000
    return chr(number) if is_character else match[0]


def _joined(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name.removesuffix("[]"), []).append(value)
    return {name: held[0] if len(held) == 1 else held for name, held in values.items() if name}


def _check_count(count: int) -> None:
    if count > MOST_FIELDS:
        raise RecordError(f"The post has more than {MOST_FIELDS} fields.")
