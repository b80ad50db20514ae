"""The SCM connector: `SPEC` says what it offers, `connect` builds it."""

from connectors.builtin.tryton_stock.plans import PLANS
from connectors.protocol import Connector, ConnectorSpec, DeletePolicy, StreamSpec
from connectors.tryton_client.config import TrytonConfig
from connectors.tryton_client.connector import TrytonConnector


def _stream(name: str, *depends_on: str) -> StreamSpec:
    return StreamSpec(
        name,
        primary_key="id",
        cursor="write_date",
        deletes=DeletePolicy.TOMBSTONE,
        depends_on=depends_on,
    )


SPEC = ConnectorSpec(
    name="tryton_stock",
    title={"en": "Tryton (stock and purchases)", "ja": "Tryton(在庫・購買)"},
    kind="scm",
    config=TrytonConfig,
    streams=(
        _stream("parties"),
        _stream("shipments", "parties"),
        _stream("returns", "parties"),
        _stream("purchases", "parties"),
    ),
)


def connect(config: TrytonConfig) -> Connector:
    """A connector to the stock and purchase side of a Tryton database."""
    return TrytonConnector(SPEC, PLANS, config)
