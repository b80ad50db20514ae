"""A connector that plays a script of messages, for tests of the engine around connectors."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any

import orjson
import pytest
from pydantic import BaseModel, SecretStr

from connectors import registry
from connectors.protocol import (
    Checkpoint,
    CheckResult,
    ConnectorSpec,
    DeletePolicy,
    Message,
    Record,
    Status,
    StreamInfo,
    StreamSpec,
    StreamState,
    StreamStatus,
)
from daifuku.errors import AuthExpiredError, RecordError
from daifuku.secrets import SecretBox
from daifuku.storage.engine import Store
from sync.sources import add_source
from tests.support.customers import MAPPING
from tests.support.deadline import until

BOX = SecretBox("the key of the tests")


class Config(BaseModel):
    """`script` names one of `SCRIPTS`; the rest is for the script to read."""

    script: str = "counting"
    token: SecretStr
    records: int = 0
    page: int = 10
    hold: str = ""
    options: dict[str, Any] = {}


SPEC = ConnectorSpec(
    name="scripted",
    title={"en": "Script", "ja": "台本"},
    kind="file",
    config=Config,
    streams=(
        StreamSpec("orders", "number", depends_on=("customers",)),
        StreamSpec("customers", "id", deletes=DeletePolicy.FULL_PASS),
    ),
    pushes=True,
)

Script = Callable[[Config, Sequence[str], Mapping[str, StreamState]], Iterator[Message]]


def counting(
    config: Config, streams: Sequence[str], state: Mapping[str, StreamState]
) -> Iterator[Message]:
    """`records` customers and as many orders, with a checkpoint per page; resumes from state.

    While the file `hold` is there, no stream comes to its end.
    """
    for stream in streams:
        yield Status(stream, StreamStatus.STARTED)
        start = int(state.get(stream, {}).get("next", 0))
        for number in range(start, config.records):
            yield Record(stream, str(number), _DATA[stream](number))
            if (number + 1) % config.page == 0:
                yield Checkpoint(stream, {"next": number + 1})
        if config.hold:
            until(lambda: not Path(config.hold).exists(), seconds=60)
        yield Checkpoint(stream, {"next": config.records})
        yield Status(stream, StreamStatus.COMPLETE, full_pass=start == 0)


def _customer(number: int) -> dict[str, Any]:
    born = "no date" if number % 17 == 3 else "1990-01-02"
    return {"name": f"客{number}", "email": f"c{number}@example.com", "born": born}


def _order(number: int) -> dict[str, Any]:
    return {"customer": str(number % 7), "at": "2026-04-01", "number": f"N{number}"}


_DATA = {"customers": _customer, "orders": _order}
SCRIPTS: dict[str, Script] = {"counting": counting}


class ScriptedConnector:
    """Plays its script; takes signed deliveries of a JSON list of customers."""

    spec = SPEC

    def __init__(self, config: Config) -> None:
        self.config = config

    def check(self) -> CheckResult:
        return CheckResult(True)

    def discover(self) -> Sequence[StreamInfo]:
        return [StreamInfo(spec) for spec in SPEC.streams]

    def read(self, streams: Sequence[str], state: Mapping[str, StreamState]) -> Iterator[Message]:
        return SCRIPTS[self.config.script](self.config, streams, state)

    def parse_webhook(self, headers: Mapping[str, str], body: bytes) -> Sequence[Record]:
        if headers.get("x-signature") != "good":
            raise AuthExpiredError("The signature is wrong.")
        try:
            customers = orjson.loads(body)
        except ValueError:
            raise RecordError("The body is no JSON.") from None
        return [Record("customers", each["id"], each) for each in customers]

    def delivery_id(self, headers: Mapping[str, str], _body: bytes) -> str:
        return headers["x-delivery"]


def install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the connector known to the registry of this process."""
    module = ModuleType("connectors.builtin.scripted.connector")
    vars(module).update(SPEC=SPEC, connect=ScriptedConnector)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    known = (*registry.names(), SPEC.name)
    monkeypatch.setattr(registry, "names", lambda: known)


_numbers = count()


def play(monkeypatch: pytest.MonkeyPatch, *messages: Message | Exception) -> str:
    """The name of a new script that yields these messages, raising those that are errors."""
    name = f"script{next(_numbers)}"

    def script(
        _config: Config, _streams: Sequence[str], _state: Mapping[str, StreamState]
    ) -> Iterator[Message]:
        for message in messages:
            if isinstance(message, Exception):
                raise message
            yield message

    monkeypatch.setitem(SCRIPTS, name, script)
    return name


def add_scripted(store: Store, name: str = "shop", **config: Any) -> None:
    """Add a source that plays a script."""
    config = {"token": "planted-token"} | config
    add_source(store, BOX, name, "scripted", config, mapping=MAPPING)
