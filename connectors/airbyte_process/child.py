"""A program run within limits: what it prints, line by line, and an end that leaves nothing."""

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from daifuku.errors import ConfigError, SystemFault, TransientError

CHUNK = 256 * 1024
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds without a word, bytes of one line and of what is kept of stderr, seconds to end."""

    silence: float = 600.0
    line: int = 64 * MEGABYTE
    stderr: int = 8 * 1024
    farewell: float = 5.0


class Child:
    """A running program in a process group of its own; a context manager that ends the group.

    Nothing is read ahead: while the caller is busy, the program waits in the pipe.
    """

    def __init__(
        self, command: Sequence[str], *, env: Mapping[str, str], cwd: Path, limits: Limits
    ) -> None:
        """Start it.

        Raises:
            ConfigError: there is no such program.
        """
        self._limits = limits
        self._name = Path(command[0]).name
        self._said = bytearray()
        self.exit_code: int | None = None
        """Once it has ended: its exit code, negative for the signal that killed it."""
        try:
            self._process = subprocess.Popen(  # noqa: S603 - the source's owner chose the program
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=dict(env),
                cwd=cwd,
                start_new_session=True,
            )
        except OSError as error:
            raise ConfigError(
                f"The program {self._name} cannot be started: {error.strerror}.",
                hint="Install it, or correct the command.",
            ) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    @property
    def last_words(self) -> str:
        """The last line it wrote to stderr; it may hold secrets."""
        lines = self._said.decode(errors="replace").strip().splitlines()
        return lines[-1].strip() if lines else ""

    def lines(self) -> Iterator[bytes]:
        """What it prints, line by line, until it closes its output; then it is ended.

        Raises:
            TransientError: it was silent for too long.
            ConfigError: a line is longer than the limit.
        """
        parts: list[bytes] = []
        held = 0
        for chunk in self._chunks():
            head, newline, rest = chunk.partition(b"\n")
            parts.append(head)
            held += len(head)
            if held > self._limits.line:
                raise ConfigError(
                    f"{self._name} printed a line of more than {self._limits.line} bytes.",
                    hint="Leave out the stream with such records.",
                )
            if newline:
                yield b"".join(parts)
                *whole, last = rest.split(b"\n")
                yield from whole
                parts, held = [last], len(last)
        if held:
            yield b"".join(parts)
        self._end(patience=self._limits.farewell)

    def _chunks(self) -> Iterator[bytes]:
        stdout, stderr = self._process.stdout, self._process.stderr
        if stdout is None or stderr is None:
            raise SystemFault("A program was started without its pipes.")
        with selectors.DefaultSelector() as selector:
            selector.register(stdout, selectors.EVENT_READ)
            selector.register(stderr, selectors.EVENT_READ)
            while stdout in selector.get_map():
                ready = selector.select(self._limits.silence)
                if not ready:
                    raise TransientError(
                        f"{self._name} said nothing for {self._limits.silence:g} s and was ended.",
                        hint="If its system is that slow, raise the setting silence.",
                    )
                for key, _ in ready:
                    chunk = os.read(key.fd, CHUNK)
                    if not chunk:
                        selector.unregister(key.fileobj)
                    elif key.fileobj is stderr:
                        self._said += chunk
                        del self._said[: -self._limits.stderr]
                    else:
                        yield chunk

    def _end(self, patience: float = 0.0) -> None:
        """Wait for the program, then end all that is left of its group, and leave no zombie."""
        if self.exit_code is not None:
            return
        if not self._gone(patience):
            self._signal(signal.SIGTERM)
            self._gone(self._limits.farewell)
        self._signal(signal.SIGKILL)
        self.exit_code = self._process.wait()
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()

    def _gone(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while not self._has_ended():
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.01)
        return True

    def _has_ended(self) -> bool:
        """Asked without reaping it where the system can: its number is then still its group's."""
        if not hasattr(os, "waitid"):
            return self._process.poll() is not None
        flags = os.WEXITED | os.WNOWAIT | os.WNOHANG
        return os.waitid(os.P_PID, self._process.pid, flags) is not None

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)
