"""The ERPNext connector: documents by a manifest, completed page by page, with tombstones."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field, SecretStr

from connectors.builtin.erpnext.frappe import Doc, Frappe
from connectors.http import HttpSource
from connectors.manifest.bounds import Bounds
from connectors.manifest.connector import ManifestConnector
from connectors.outgoing import OnPremises
from connectors.protocol import (
    Checkpoint,
    CheckResult,
    ConnectorSpec,
    DeletePolicy,
    Log,
    Message,
    Record,
    Status,
    StreamFailure,
    StreamInfo,
    StreamSpec,
    StreamState,
    StreamStatus,
)
from daifuku.errors import ConfigError, SourceError

DELETED = "deleted"
"""The key of a stream's state that holds the time of the newest deletion known."""


class ErpNextConfig(OnPremises):
    """How to reach a site. The key and secret are those of a user with read rights (User >
    Settings > API Access); tombstones need the right to read Deleted Document."""

    base_url: str = Field(description="Address of the site, like https://erp.example.com")
    api_key: SecretStr = Field(description="API key of the user")
    api_secret: SecretStr = Field(description="API secret of the user")
    page_size: int = Field(default=1_000, ge=1, le=5_000, description="Documents per request")


def _stream(name: str, *depends_on: str) -> StreamSpec:
    return StreamSpec(name, "name", "modified", DeletePolicy.TOMBSTONE, depends_on)


SPEC = ConnectorSpec(
    name="erpnext",
    title={"en": "ERPNext", "ja": "ERPNext"},
    kind="erp",
    config=ErpNextConfig,
    streams=(
        _stream("Customer"),
        _stream("Contact", "Customer"),
        _stream("Address", "Customer"),
        _stream("Sales Order", "Customer"),
        _stream("Sales Invoice", "Customer"),
    ),
)


def connect(config: ErpNextConfig) -> "ErpNext":
    """A connector to the site."""
    return ErpNext(config)


class ErpNext:
    """Reads a site's documents, oldest change first.

    A record is the document with its child tables; a link to a customer also has that
    customer's `customer_name` and `customer_type`.
    """

    def __init__(self, config: ErpNextConfig) -> None:
        self._config = config
        self._documents = ManifestConnector(
            SPEC,
            _manifest(),
            config,
            ordered=[stream.name for stream in SPEC.streams],
            bounds=Bounds.of(config),
        )

    @property
    def spec(self) -> ConnectorSpec:
        return SPEC

    def check(self) -> CheckResult:
        return self._documents.check()

    def discover(self) -> Sequence[StreamInfo]:
        return self._documents.discover()

    def read(self, streams: Sequence[str], state: Mapping[str, StreamState]) -> Iterator[Message]:
        """As the protocol says. Deletions come before the changes of their stream."""
        self._documents.read(streams, {})
        return self._read(streams, state)

    def rewound(self, stream: str, state: StreamState, since: datetime) -> StreamState | None:
        """As `Rewindable` says; deletions are gone on with from where they were."""
        found = self._documents.rewound(stream, state, since)
        if found is None or DELETED not in state:
            return found
        return {**found, DELETED: state[DELETED]}

    def _read(self, streams: Sequence[str], state: Mapping[str, StreamState]) -> Iterator[Message]:
        for name in streams:
            try:
                yield from self._read_stream(name, state.get(name) or {})
            except SourceError as error:
                error.stream = name
                yield StreamFailure(name, error)
                yield Status(name, StreamStatus.INCOMPLETE)

    def _read_stream(self, name: str, state: StreamState) -> Iterator[Message]:
        modified = {key: value for key, value in state.items() if key != DELETED}
        with self._site() as http:
            frappe = Frappe(http)
            batch: list[Record] = []
            known: dict[str, str] = {}
            for message in self._documents.read([name], {name: modified}):
                if isinstance(message, Record):
                    batch.append(message)
                    continue
                yield from _completed(frappe, name, batch)
                batch.clear()
                if isinstance(message, Checkpoint):
                    yield Checkpoint(name, {**message.state, **known})
                    continue
                yield message
                if isinstance(message, Status) and message.status is StreamStatus.STARTED:
                    known = yield from self._tombstones(frappe, name, state.get(DELETED))

    def _tombstones(
        self, frappe: Frappe, name: str, since: str | None
    ) -> Generator[Message, None, dict[str, str]]:
        """Yield what was deleted since then; returns the part of the state that remembers it."""
        try:
            if since is None:
                return {DELETED: frappe.newest_deletion(name)}
            for newest, gone in frappe.deletions(name, since):
                yield from (Record(name, key, {}, deleted=True) for key in gone)
                since = newest
        except ConfigError as error:
            if "(403)" not in error.message:
                raise
            text = f"{name}: deletions go unnoticed, for this user may not read Deleted Document."
            yield Log("warning", text)
            return {}
        return {DELETED: since}

    def _site(self) -> HttpSource:
        key = self._config.api_key.get_secret_value()
        secret = self._config.api_secret.get_secret_value()
        headers = {"Authorization": f"token {key}:{secret}"}
        return HttpSource(self._config.base_url, headers=headers, outgoing=self._config)


def _completed(frappe: Frappe, name: str, batch: Sequence[Record]) -> Iterator[Record]:
    if batch:
        docs: list[Doc] = [dict(record.data) for record in batch]
        frappe.complete(name, docs)
        for record, doc in zip(batch, docs, strict=True):
            yield Record(name, record.external_id, doc)


@cache
def _manifest() -> dict[str, Any]:
    text = Path(__file__).with_name("manifest.yaml").read_text(encoding="utf-8")
    manifest: dict[str, Any] = yaml.safe_load(text)
    return manifest
