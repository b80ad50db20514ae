"""What is read of Tryton's party, sale and account_invoice modules."""

from connectors.tryton_client.plan import Link, StreamPlan

PARTIES = StreamPlan(
    stream="parties",
    model="party.party",
    fields=(
        "name",
        "code",
        "active",
        "lang.code",
        "replaced_by.code",
        "identifiers.type",
        "identifiers.code",
        "categories.name",
        "contact_mechanisms.type",
        "contact_mechanisms.value",
        "contact_mechanisms.name",
        "addresses.party_name",
        "addresses.street",
        "addresses.building_name",
        "addresses.city",
        "addresses.postal_code",
        "addresses.subdivision.name",
        "addresses.country.code",
    ),
    parts=(
        Link("party.address", "party"),
        Link("party.contact_mechanism", "party"),
        Link("party.identifier", "party"),
    ),
    timed=("addresses", "contact_mechanisms"),
    deactivable=True,
)

SALES = StreamPlan(
    stream="sales",
    model="sale.sale",
    fields=(
        "number",
        "reference",
        "description",
        "state",
        "sale_date",
        "party",
        "currency.code",
        "untaxed_amount",
        "total_amount",
        "lines.product.code",
        "lines.product.name",
        "lines.description",
        "lines.quantity",
        "lines.unit_price",
    ),
    parts=(Link("sale.line", "sale"),),
)

INVOICES = StreamPlan(
    stream="invoices",
    model="account.invoice",
    domain=(["type", "=", "out"],),
    fields=(
        "number",
        "reference",
        "description",
        "type",
        "state",
        "invoice_date",
        "party",
        "currency.code",
        "untaxed_amount",
        "total_amount",
        "lines.product.code",
        "lines.product.name",
        "lines.description",
        "lines.quantity",
        "lines.unit_price",
    ),
    parts=(Link("account.invoice.line", "invoice"),),
)

PLANS = (PARTIES, SALES, INVOICES)
