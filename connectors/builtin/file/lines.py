"""Reads text by lines of bounded length, so that no file can fill the memory."""

import codecs
import io
from collections.abc import Iterator
from typing import Any, BinaryIO

MAX_LINE = 1_000_000
"""Characters; a longer line cannot be a customer."""


_UNDECODED = "daifuku.undecoded"
codecs.register_error(_UNDECODED, lambda error: ("\udcff", _end_of(error)))


def _end_of(error: UnicodeError) -> int:
    if isinstance(error, UnicodeDecodeError):
        return error.end
    raise error


class _Borrowed(io.RawIOBase):
    """A file that stays open when its reader is thrown away."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        chunk = self._file.read(len(buffer))
        buffer[: len(chunk)] = chunk
        return len(chunk)


class Lines:
    """The lines of a text file, with their ends. Bytes that are no text become lone surrogates.

    `number` is the line last given; `put_back` returns lines to be given again. A line that is
    too long is given cut, and marked so by `overlong`.
    """

    def __init__(self, file: BinaryIO, encoding: str) -> None:
        buffer = io.BufferedReader(_Borrowed(file), 1 << 16)
        self._text = io.TextIOWrapper(buffer, encoding=encoding, errors=_UNDECODED, newline="")
        self._returned: list[str] = []
        self.number = 0
        self.overlong = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        again = bool(self._returned)
        line = self._returned.pop() if again else self._text.readline(MAX_LINE)
        if not line:
            raise StopIteration
        self.number += 1
        self.overlong = len(line) >= MAX_LINE and line[-1] not in "\r\n"
        if self.overlong and not again:
            self._skip_rest()
        return line

    def put_back(self, lines: list[str]) -> None:
        self._returned.extend(reversed(lines))
        self.number -= len(lines)

    def _skip_rest(self) -> None:
        while (rest := self._text.readline(MAX_LINE)) and rest[-1] not in "\r\n":
            continue
