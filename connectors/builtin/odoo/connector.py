"""The `odoo` connector: contacts, sales orders and customer invoices of an Odoo database.

API: External JSON-2 API of Odoo 19 and later; JSON-RPC (`execute_kw`) of Odoo 17 and 18,
https://www.odoo.com/documentation/19.0/developer/reference/external_api.html
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from connectors.builtin.odoo.client import OdooClient
from connectors.builtin.odoo.config import OdooConfig
from connectors.builtin.odoo.plan import INVOICES, ORDERS, PARTNERS, PLANS, Plan
from connectors.builtin.odoo.progress import Progress, from_state
from connectors.builtin.odoo.reader import StreamReader
from connectors.http import HttpSource
from connectors.protocol import (
    CheckResult,
    Connector,
    ConnectorSpec,
    DeletePolicy,
    Message,
    Status,
    StreamFailure,
    StreamInfo,
    StreamSpec,
    StreamState,
    StreamStatus,
)
from connectors.shaping import chosen
from daifuku.errors import SourceError


def _stream(name: str, *depends_on: str) -> StreamSpec:
    return StreamSpec(name, "id", "write_date", DeletePolicy.TOMBSTONE, depends_on)


SPEC = ConnectorSpec(
    name="odoo",
    title={"en": "Odoo", "ja": "Odoo"},
    kind="erp",
    config=OdooConfig,
    streams=(_stream(PARTNERS), _stream(ORDERS, PARTNERS), _stream(INVOICES, PARTNERS)),
)

_TYPES = {
    "boolean": "boolean",
    "integer": "integer",
    "float": "number",
    "monetary": "number",
    "many2one": "array",
    "one2many": "array",
    "many2many": "array",
}
"""What JSON has for the types of Odoo's fields; everything else is text."""


class OdooConnector:
    """Reads one database."""

    spec = SPEC

    def __init__(self, config: OdooConfig) -> None:
        self._config = config

    def check(self) -> CheckResult:
        """Ask for a row of every model there is; each needs a right."""
        try:
            found = self._available(rows=1)
        except SourceError as error:
            return CheckResult(False, str(error))
        missing = [plan.stream for plan in PLANS if plan.stream not in found]
        return CheckResult(True, f"Not available there: {', '.join(missing)}." if missing else "")

    def discover(self) -> Sequence[StreamInfo]:
        """The streams whose modules are installed; raises as `Connector.discover` says."""
        found = self._available()
        return [
            StreamInfo(
                stream,
                {name: {"type": _TYPES.get(kind, "string")} for name, kind in fields.items()},
            )
            for stream in SPEC.streams
            if (fields := found.get(stream.name)) is not None
        ]

    def read(self, streams: Sequence[str], state: Mapping[str, StreamState]) -> Iterator[Message]:
        """As the protocol says."""
        chosen(SPEC, streams)
        return self._read(streams, state)

    def rewound(self, stream: str, state: StreamState, since: datetime) -> StreamState | None:
        """As `Rewindable` says, for streams that were read to their end once."""
        progress = from_state(stream, state)
        if progress.base is None:
            return None
        mark = f"{since.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
        back = {model: min(mark, at) for model, at in progress.base.items()}
        return replace(progress, base=back, target=None, after=0).to_state()

    def _read(self, streams: Sequence[str], state: Mapping[str, StreamState]) -> Iterator[Message]:
        plans = {plan.stream: plan for plan in PLANS}
        for name in streams:
            yield Status(name, StreamStatus.STARTED)
            try:
                yield from self._stream(plans[name], state.get(name))
            except SourceError as error:
                error.stream = name
                yield StreamFailure(name, error)
                yield Status(name, StreamStatus.INCOMPLETE)

    def _stream(self, plan: Plan, state: StreamState | None) -> Iterator[Message]:
        progress = from_state(plan.stream, state)
        with self._session() as http:
            client = OdooClient(http, self._config)
            yield from StreamReader(client, plan, self._config).read(progress)
        yield Status(plan.stream, StreamStatus.COMPLETE, full_pass=progress == Progress())

    def _available(self, *, rows: int = 0) -> dict[str, dict[str, str]]:
        """The fields of each stream whose model exists, after reading so many rows of it."""
        found = {}
        with self._session() as http:
            client = OdooClient(http, self._config)
            for plan in PLANS:
                fields = client.fields(plan.model, plan.fields)
                if fields is None:
                    continue
                found[plan.stream] = {"id": "integer", **fields}
                if rows:
                    client.search_read(plan.model, plan.domain, ["id"], order="id", limit=rows)
                if rows and plan.lines:
                    client.search_read(plan.lines.model, [], ["id"], order="id", limit=rows)
        return found

    def _session(self) -> HttpSource:
        return HttpSource(self._config.base_url, outgoing=self._config)


def connect(config: OdooConfig) -> Connector:
    """The connector for a validated config."""
    return OdooConnector(config)
