"""The `shopify` connector: customers and orders of a shop, read and by webhook.

API: Shopify Admin API (GraphQL) 2026-10, https://shopify.dev/docs/api/admin-graphql/2026-10
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from connectors.builtin.shopify.client import ShopifyClient, ShopifyToken
from connectors.builtin.shopify.config import FLOW, ShopifyConfig
from connectors.builtin.shopify.queries import CUSTOMERS, FIRST, ORDERS, SHOP
from connectors.builtin.shopify.reading import KEY, Position, StreamReader, from_state
from connectors.builtin.shopify.webhook import check_sender, delivery_key, records_of
from connectors.http import HttpSource
from connectors.oauth import Tokens
from connectors.protocol import (
    Checkpoint,
    CheckResult,
    ConnectorSpec,
    DeletePolicy,
    Log,
    Message,
    PushConnector,
    Record,
    Status,
    StreamFailure,
    StreamInfo,
    StreamSpec,
    StreamState,
    StreamStatus,
)
from connectors.shaping import chosen
from daifuku.errors import SourceError

SPEC = ConnectorSpec(
    name="shopify",
    title={"en": "Shopify", "ja": "Shopify"},
    kind="scm",
    config=ShopifyConfig,
    streams=(
        StreamSpec(CUSTOMERS, KEY, "updatedAt", DeletePolicy.FULL_PASS),
        # No full pass: orders older than 60 days are hidden from most apps, not deleted.
        StreamSpec(ORDERS, KEY, "updatedAt", DeletePolicy.TOMBSTONE, (CUSTOMERS,)),
    ),
    pushes=True,
    oauth=FLOW,
)

_TEXT, _TIME = {"type": "string"}, {"type": "string", "format": "date-time"}
_OBJECT = {"type": "object"}
_PROPERTIES: Mapping[str, Mapping[str, object]] = {
    CUSTOMERS: {
        **dict.fromkeys((KEY, "firstName", "lastName", "locale", "state"), _TEXT),
        "tags": {"type": "array"},
        **dict.fromkeys(("createdAt", "updatedAt"), _TIME),
        **dict.fromkeys(("defaultEmailAddress", "defaultPhoneNumber", "addressesV2"), _OBJECT),
    },
    ORDERS: {
        **dict.fromkeys((KEY, "name", "email", "phone", "sourceName", "poNumber"), _TEXT),
        "test": {"type": "boolean"},
        **dict.fromkeys(("createdAt", "processedAt", "updatedAt", "cancelledAt"), _TIME),
        **dict.fromkeys(("displayFinancialStatus", "displayFulfillmentStatus"), _TEXT),
        **dict.fromkeys(("totalPriceSet", "customer", "billingAddress", "lineItems"), _OBJECT),
    },
}


class ShopifyConnector:
    """Reads one shop and takes its webhooks."""

    spec = SPEC

    def __init__(
        self, config: ShopifyConfig, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._config = config
        self._clock = clock
        self._tokens = Tokens(FLOW, config)
        self._lookback = timedelta(seconds=config.lookback_seconds)

    def check(self) -> CheckResult:
        """Ask for the shop, and for one record of each stream: each needs a scope."""
        try:
            self._let_in()
            with self._session() as http:
                name = self._tried(http)
        except SourceError as error:
            return CheckResult(False, str(error))
        return CheckResult(True, f"The shop is {name}.")

    def discover(self) -> Sequence[StreamInfo]:
        """Both streams; raises as `Connector.discover` says."""
        self._let_in()
        with self._session() as http:
            self._client(http).ask(SHOP)
        return [StreamInfo(stream, _PROPERTIES[stream.name]) for stream in SPEC.streams]

    def read(self, streams: Sequence[str], state: Mapping[str, StreamState]) -> Iterator[Message]:
        """As the protocol says."""
        chosen(SPEC, streams)
        return self._read(streams, state)

    def rewound(self, stream: str, state: StreamState, since: datetime) -> StreamState | None:
        """The state in which the stream is read from that moment on."""
        del stream, state
        return Position(mark=since.isoformat()).to_state()

    def parse_webhook(self, headers: Mapping[str, str], body: bytes) -> Sequence[Record]:
        """The records in a delivery; raises as `PushConnector.parse_webhook` says."""
        check_sender(self._config.client_secret.get_secret_value(), headers, body)
        return records_of(headers, body, now=self._clock(), fresh=self._lookback)

    def delivery_id(self, headers: Mapping[str, str], body: bytes) -> str:
        """The same for a redelivery."""
        return delivery_key(headers, body)

    def _read(self, streams: Sequence[str], state: Mapping[str, StreamState]) -> Iterator[Message]:
        for name in streams:
            yield Status(name, StreamStatus.STARTED)
            try:
                yield from self._stream(name, state.get(name))
            except SourceError as error:
                error.stream = name
                yield StreamFailure(name, error)
                yield Status(name, StreamStatus.INCOMPLETE)

    def _stream(self, name: str, state: StreamState | None) -> Iterator[Message]:
        position = from_state(name, state)
        yield from self._tokens.renewed()
        with self._session() as http:
            client = self._client(http)
            reader = StreamReader(client, name, self._config.page_size, self._lookback)
            for message in reader.read(position):
                yield message
                if isinstance(message, Checkpoint):
                    yield from self._tokens.renewed()
        if client.answered_version != self._config.api_version:
            yield Log(
                "warning",
                f"The shop does not speak version {self._config.api_version} any more and answered"
                f" in {client.answered_version}: set api_version to one that is supported.",
            )
        yield Status(name, StreamStatus.COMPLETE, full_pass=position == Position())

    def _let_in(self) -> None:
        """Renew the token where nothing can be kept: one of a day is simply asked for again."""
        for _ in self._tokens.renewed():
            pass

    def _tried(self, http: HttpSource) -> str:
        client = self._client(http)
        shop = client.ask(SHOP).get("shop")
        for query in FIRST.values():
            client.ask(query)
        return str(shop.get("name")) if isinstance(shop, dict) else "there"

    def _client(self, http: HttpSource) -> ShopifyClient:
        return ShopifyClient(http, self._config.api_version, self._config.tries)

    def _session(self) -> HttpSource:
        return HttpSource(
            self._config.base_url, auth=ShopifyToken(self._tokens), outgoing=self._config
        )


def connect(config: ShopifyConfig) -> PushConnector:
    """The connector for a validated config."""
    return ShopifyConnector(config)
