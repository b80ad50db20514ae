"""How large a post may be, known as early as possible."""

from daifuku.errors import RecordError


class TooLargeError(RecordError):
    """The post is larger than the form takes: answer 413 and close the connection."""

    kind = "too_large"


class SizeLimit:
    """Collects a body chunk by chunk and stops as soon as it is known to be too large.

    `content_length` is the header's value; a false one does not help the sender.

    Raises:
        TooLargeError: the header announces too much.
    """

    def __init__(self, max_bytes: int, content_length: str | None = None) -> None:
        self._max_bytes = max_bytes
        self._body = bytearray()
        announced = (content_length or "").strip()
        if announced.isascii() and announced.isdigit():
            self._check(int(announced[:18]))

    def take(self, chunk: bytes) -> None:
        """Add a chunk.

        Raises:
            TooLargeError: with it the body is too large; it is not kept.
        """
        self._check(len(self._body) + len(chunk))
        self._body += chunk

    @property
    def body(self) -> bytes:
        """What was taken so far."""
        return bytes(self._body)

    def _check(self, size: int) -> None:
        if size > self._max_bytes:
            raise TooLargeError(
                f"The post is larger than {self._max_bytes // 1024} KB.",
                hint="Send less, or raise the form's max_bytes.",
            )
