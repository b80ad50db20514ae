"""What is read of Tryton's stock and purchase modules."""

from connectors.tryton_client.plan import Link, StreamPlan

_ADDRESS = ("party_name", "street", "building_name", "city", "postal_code")
_ADDRESS_RELATIONS = ("subdivision.name", "country.code")


def _address(field: str) -> tuple[str, ...]:
    return tuple(f"{field}.{part}" for part in _ADDRESS + _ADDRESS_RELATIONS)


def _moves(field: str) -> tuple[str, ...]:
    return tuple(f"{field}.{part}" for part in ("product.code", "product.name", "quantity"))


def _moves_of(model: str) -> Link:
    return Link("stock.move", "shipment", (["shipment", "like", f"{model},%"],))


SHIPMENTS = StreamPlan(
    stream="shipments",
    model="stock.shipment.out",
    fields=(
        "number",
        "reference",
        "origins",
        "state",
        "planned_date",
        "effective_date",
        "customer",
        *_address("delivery_address"),
        *_moves("outgoing_moves"),
    ),
    parts=(_moves_of("stock.shipment.out"),),
)

RETURNS = StreamPlan(
    stream="returns",
    model="stock.shipment.out.return",
    fields=(
        "number",
        "reference",
        "origins",
        "state",
        "planned_date",
        "effective_date",
        "customer",
        *_address("contact_address"),
        *_moves("incoming_moves"),
    ),
    parts=(_moves_of("stock.shipment.out.return"),),
)

PURCHASES = StreamPlan(
    stream="purchases",
    model="purchase.purchase",
    fields=(
        "number",
        "reference",
        "state",
        "purchase_date",
        "party",
        "currency.code",
        "total_amount",
        "lines.product.code",
        "lines.product.name",
        "lines.description",
        "lines.quantity",
        "lines.unit_price",
    ),
    parts=(Link("purchase.line", "purchase"),),
)

PARTIES = StreamPlan(
    stream="parties",
    model="party.party",
    fields=(
        "name",
        "code",
        "active",
        "lang.code",
        "contact_mechanisms.type",
        "contact_mechanisms.value",
        "addresses.delivery",
        *_address("addresses"),
    ),
    parts=(Link("party.address", "party"), Link("party.contact_mechanism", "party")),
    members=(
        Link("stock.shipment.out", "customer"),
        Link("stock.shipment.out.return", "customer"),
        Link("purchase.purchase", "party"),
    ),
    timed=("addresses", "contact_mechanisms"),
    deactivable=True,
)

PLANS = (PARTIES, SHIPMENTS, RETURNS, PURCHASES)
