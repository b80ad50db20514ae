"""The folder a program is given: its files, and an environment without ours."""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import orjson

KEPT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "SYSTEMROOT")
"""What of our environment a program sees; all else may hold our secrets."""

_PREFIX = "daifuku-airbyte-"
_OWNER = re.compile(rf"{_PREFIX}(\d+)-")


class Workspace:
    """A private folder; what is put there only its owner may read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, name: str, content: Any) -> str:
        """Write `content` as JSON; returns the file's path."""
        path = self.folder / name
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(orjson.dumps(content))
        return str(path)

    def environment(self, *, proxy: str | None, ca_file: Path | None) -> dict[str, str]:
        """The program's environment: the source's own proxy and certificates, none of ours."""
        found = {name: os.environ[name] for name in KEPT if name in os.environ}
        found |= {"HOME": str(self.folder), "TMPDIR": str(self.folder), "PYTHONUTF8": "1"}
        if proxy:
            names = ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")
            found |= dict.fromkeys(names, proxy)
        if ca_file:
            found |= dict.fromkeys(("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"), str(ca_file))
        return found


@contextmanager
def workspace() -> Iterator[Workspace]:
    """A workspace for as long as the block runs; those of killed processes are removed."""
    remove_left()
    folder = tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-")
    try:
        yield Workspace(Path(folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def remove_left() -> None:
    """Remove the workspaces of processes that are no more: they hold settings in the clear."""
    for path in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        owner = _OWNER.match(path.name)
        with suppress(OSError):
            if owner and path.stat().st_uid == os.getuid() and not _runs(int(owner[1])):
                shutil.rmtree(path, ignore_errors=True)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
