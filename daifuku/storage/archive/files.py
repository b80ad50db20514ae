"""Files that their owner alone may read, and streams that are hashed on their way."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import RawIOBase
from pathlib import Path
from typing import IO, Any

from typing_extensions import override


@contextmanager
def private_file(path: Path) -> Iterator[IO[bytes]]:
    """A new file that its owner alone may read, on disk when the block ends."""
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


class Hashed(RawIOBase):
    """A stream that is hashed as it is read or written, in order."""

    def __init__(self, inner: IO[bytes]) -> None:
        self._inner = inner
        self.digest = hashlib.sha256()

    @override
    def readable(self) -> bool:
        return self._inner.readable()

    @override
    def writable(self) -> bool:
        return self._inner.writable()

    @override
    def read(self, size: int = -1) -> bytes:
        data = self._inner.read(size)
        self.digest.update(data)
        return data

    @override
    def write(self, data: Any) -> int:
        self.digest.update(data)
        return self._inner.write(data)

    @override
    def close(self) -> None:
        with suppress(ValueError):
            super().close()
