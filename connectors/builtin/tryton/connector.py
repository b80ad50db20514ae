"""The ERP connector: `SPEC` says what it offers, `connect` builds it."""

from connectors.builtin.tryton.plans import PLANS
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
    name="tryton",
    title={"en": "Tryton (ERP)", "ja": "Tryton(ERP)"},
    kind="erp",
    config=TrytonConfig,
    streams=(_stream("parties"), _stream("sales", "parties"), _stream("invoices", "parties")),
)


def connect(config: TrytonConfig) -> Connector:
    """A connector to the ERP side of a Tryton database."""
    return TrytonConnector(SPEC, PLANS, config)
