"""Sources for workers to share: files, which keep a core busy, and accounts that answer slowly."""

import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import orjson

from daifuku.secrets import SecretBox
from daifuku.storage.engine import Store
from demo.simulators.http import Response
from demo.simulators.line import LineSimulator
from sync.sources import add_source
from sync.suggest import suggested_mapping

PAUSE = 0.2
"""Seconds that a slow account takes to answer."""
FOLLOWERS = 20
"""Customers of a slow account; each is a request."""

Add = Callable[[ExitStack, Store, SecretBox, Path, int], None]


def files(records: int) -> Add:
    """Adds files of so many customers."""

    def add(_: ExitStack, store: Store, box: SecretBox, folder: Path, sources: int) -> None:
        for number in range(sources):
            path = folder / f"customers{number}.jsonl"
            path.write_bytes(b"\n".join(_customer(number, each) for each in range(records)))
            config = {"path": str(path), "id_column": "id"}
            mapping = suggested_mapping("file", config)
            add_source(store, box, source_name(number), "file", config, mapping=mapping)

    return add


def slow_accounts(
    stack: ExitStack, store: Store, box: SecretBox, _folder: Path, sources: int
) -> None:
    """Adds accounts that answer slowly."""
    for number in range(sources):
        account = stack.enter_context(_Slow(map(_follower, range(FOLLOWERS))))
        add_source(store, box, source_name(number), "line", account.config())


def source_name(number: int) -> str:
    """What the `number`th source is called."""
    return f"source{number}"


class _Slow(LineSimulator):
    def answer(self, *request: Any) -> Response:
        threading.Event().wait(PAUSE)
        return super().answer(*request)


def _follower(number: int) -> dict[str, str]:
    return {"userId": f"U{number:032x}", "displayName": f"山田 {number:x}太郎"}


def _customer(source: int, number: int) -> bytes:
    return orjson.dumps(
        {
            "id": f"C{number:06}",
            "name": f"山田 {number:x}太郎",
            "email": f"c{number}.{source}@example.jp",
            "phone": f"090{source:02}{number:06}",
            "updated_at": "2026-04-01T09:00:00+09:00",
        }
    )
