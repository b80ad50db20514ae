"""What each stream reads: its model, the rows it takes, their fields, and their lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

PARTNERS, ORDERS, INVOICES = "partners", "orders", "invoices"
_STAMPS = ("create_date", "write_date")


@dataclass(frozen=True, slots=True)
class Lines:
    """Rows of `model` that belong to a record by their field `link`, kept under its `lines`."""

    model: str
    link: str
    domain: Sequence[Any]
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A stream. Of `fields` those are read that the database has: versions and modules differ."""

    stream: str
    model: str
    module: str
    fields: tuple[str, ...]
    domain: Sequence[Any] = ()
    lines: Lines | None = None


PLANS = (
    Plan(
        PARTNERS,
        "res.partner",
        "base",
        (
            *("name", "is_company", "type", "parent_id", "commercial_partner_id", "company_id"),
            *("ref", "vat", "company_registry", "company_name", "function", "lang", "active"),
            *("email", "phone", "mobile", "website", "category_id"),
            *("zip", "state_id", "city", "street", "street2", "country_id", "country_code"),
            *_STAMPS,
        ),
    ),
    Plan(
        ORDERS,
        "sale.order",
        "sale",
        (
            *("name", "partner_id", "state", "date_order", "client_order_ref", "company_id"),
            *("amount_total", "currency_id", *_STAMPS),
        ),
        lines=Lines(
            "sale.order.line",
            "order_id",
            [["display_type", "=", False]],
            ("product_id", "name", "product_uom_qty", "price_unit"),
        ),
    ),
    Plan(
        INVOICES,
        "account.move",
        "account",
        (
            *("name", "partner_id", "move_type", "state", "payment_state", "invoice_date"),
            *("ref", "invoice_origin", "company_id", "amount_total", "currency_id", *_STAMPS),
        ),
        domain=[
            ["move_type", "in", ["out_invoice", "out_refund"]],
            ["state", "in", ["posted", "cancel"]],
        ],
        lines=Lines(
            "account.move.line",
            "move_id",
            [["display_type", "=", "product"]],
            ("product_id", "name", "quantity", "price_unit"),
        ),
    ),
)
