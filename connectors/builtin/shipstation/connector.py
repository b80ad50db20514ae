"""The ShipStation connector: a manifest, and whether an order is a gift."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field, SecretStr

from connectors.manifest.bounds import Bounds
from connectors.manifest.connector import ManifestConnector
from connectors.outgoing import Outgoing
from connectors.protocol import (
    CheckResult,
    ConnectorSpec,
    Message,
    Record,
    StreamInfo,
    StreamSpec,
    StreamState,
)


class ShipStationConfig(Outgoing):
    """API key and secret from Settings > Account > API Settings of ShipStation."""

    api_key: SecretStr = Field(description="API key")
    api_secret: SecretStr = Field(description="API secret")
    base_url: str = Field(default="https://ssapi.shipstation.com", description="Address of the API")


SPEC = ConnectorSpec(
    name="shipstation",
    title={"en": "ShipStation", "ja": "ShipStation（出荷管理）"},
    kind="scm",
    config=ShipStationConfig,
    streams=(
        StreamSpec("orders", "orderId", "modifyDate"),
        StreamSpec("shipments", "shipmentId", "createDate", depends_on=("orders",)),
        StreamSpec("customers", "customerId"),
    ),
)


def connect(config: ShipStationConfig) -> "ShipStation":
    """A connector to the account."""
    return ShipStation(config)


class ShipStation:
    """Reads an account's orders and shipments, oldest change first, and all its customers.

    An order also has `isGift`: whether its bill-to names somebody else than its ship-to.
    """

    def __init__(self, config: ShipStationConfig) -> None:
        self._lists = ManifestConnector(
            SPEC,
            _manifest(),
            config,
            ordered=["orders", "shipments"],
            bounds=Bounds.of(config),
        )

    @property
    def spec(self) -> ConnectorSpec:
        return SPEC

    def check(self) -> CheckResult:
        return self._lists.check()

    def discover(self) -> Sequence[StreamInfo]:
        return self._lists.discover()

    def read(self, streams: Sequence[str], state: Mapping[str, StreamState]) -> Iterator[Message]:
        """As the protocol says."""
        messages = self._lists.read(streams, state)
        return map(_with_gift, messages)

    def rewound(self, stream: str, state: StreamState, since: datetime) -> StreamState | None:
        """As `Rewindable` says; customers are read whole each time anyway."""
        return self._lists.rewound(stream, state, since)


def _with_gift(message: Message) -> Message:
    if not isinstance(message, Record) or message.stream != "orders":
        return message
    bill_to, ship_to = _name(message.data.get("billTo")), _name(message.data.get("shipTo"))
    gift = bool(bill_to and ship_to and bill_to != ship_to)
    return Record(message.stream, message.external_id, {**message.data, "isGift": gift})


def _name(party: Any) -> str:
    name = party.get("name") if isinstance(party, Mapping) else None
    return "".join(str(name or "").split()).casefold()


@cache
def _manifest() -> dict[str, Any]:
    text = Path(__file__).with_name("manifest.yaml").read_text(encoding="utf-8")
    manifest: dict[str, Any] = yaml.safe_load(text)
    return manifest
