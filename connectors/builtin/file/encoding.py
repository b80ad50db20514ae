"""Finds out the encoding of a text file from all of its bytes, in one pass with its digest."""

import codecs
import re
from collections.abc import Callable, Iterator
from typing import BinaryIO

CHUNK = 1 << 20
_CANDIDATES = ("utf-8", "euc_jp", "cp932")
"""In order of trust: text in cp932 is hardly ever valid EUC-JP, the reverse often happens."""

_STRAY = re.compile("[\x80\uf8f0-\uf8f3]")
"""What Python's cp932 makes of bytes that no such file has: 80, A0, FD, FE, FF."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def chunks_of(file: BinaryIO) -> Iterator[bytes]:
    """The file's bytes from its start, in pieces; it is left at its start."""
    file.seek(0)
    while chunk := file.read(CHUNK):
        yield chunk
    file.seek(0)


def detect_encoding(file: BinaryIO, also: Callable[[bytes], object] = bytes) -> str:
    """The encoding that all of the file fits, or else the one that most of it fits.

    `also` is given every chunk, so that a digest needs no second pass.
    """
    decoders = {name: codecs.getincrementaldecoder(name)() for name in _CANDIDATES}
    head = b""
    for chunk in chunks_of(file):
        also(chunk)
        head = head or chunk
        for name, decoder in tuple(decoders.items()):
            if not _fits(name, decoder, chunk):
                del decoders[name]
    marked = _marked(head)
    if marked is not None:
        return marked
    whole = [name for name, decoder in decoders.items() if _fits(name, decoder, b"", final=True)]
    return whole[0] if whole else min(_CANDIDATES, key=lambda name: _faults(head, name))


def _fits(
    name: str, decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False
) -> bool:
    try:
        text = decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return name != "cp932" or _STRAY.search(text) is None


def _marked(head: bytes) -> str | None:
    """The encoding a byte order mark names, or UTF-16 where every other byte is zero."""
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    sample = head[:4096]
    if len(sample) >= 4:
        for start, name in ((1, "utf-16-le"), (0, "utf-16-be")):
            zeros = sample[start::2].count(0)
            if zeros > 0.3 * len(sample) / 2 and sample.count(0) < 1.2 * zeros:
                return name
    return None


def _faults(head: bytes, name: str) -> int:
    text = head.decode(name, errors="replace")
    return text.count("\ufffd") + len(_STRAY.findall(text))
