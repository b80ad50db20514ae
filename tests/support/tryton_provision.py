"""Builds the Tryton database that the tests read: run as a program, never imported.

    python tryton_provision.py FOLDER

leaves `FOLDER/hub.sqlite` and `FOLDER/world.json` (the keys and what was entered). Tryton is
GPL: this file runs it as a separate program for the tests and nothing that ships touches it.
"""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from proteus import Model
from proteus import config as proteus_config
from trytond.modules.account.tests import tools as account
from trytond.modules.account_invoice.tests import tools as invoice
from trytond.modules.company.tests.tools import create_company

DATABASE = "hub"
MODULES = ["party", "sale", "purchase", "stock", "account_invoice_stock"]
PERSONS, SALES, RETURNS, PURCHASES = 48, 20, 4, 3
FAMILY = [("佐藤", "sato"), ("鈴木", "suzuki"), ("高橋", "takahashi"), ("渡辺", "watanabe")]
GIVEN = [("太郎", "taro"), ("花子", "hanako"), ("美咲", "misaki")]
COMPANIES = [
    "株式会社青葉商店",
    "みどり工業株式会社",
    "有限会社さくら",
    "合同会社ことり",
    "株式会社山と海",
]

PARTIES_READABLE = [
    "party.party",
    "party.address",
    "party.contact_mechanism",
    "country.country",
    "country.subdivision",
    "currency.currency",
    "ir.lang",
    "product.product",
    "product.template",
]
READABLE = {
    "tryton": [
        *PARTIES_READABLE,
        "party.identifier",
        "party.category",
        "sale.sale",
        "sale.line",
        "account.invoice",
        "account.invoice.line",
    ],
    "tryton_stock": [
        *PARTIES_READABLE,
        "purchase.purchase",
        "purchase.line",
        "stock.shipment.out",
        "stock.shipment.out.return",
        "stock.move",
    ],
}
"""What the user of each connector may read; the connector's README.md tells the same."""


def main(folder: Path) -> None:
    config = prepare(folder)
    proteus_config.set_trytond(f"sqlite:///{DATABASE}", user="admin", config_file=str(config))
    book = enter_company()
    parties = enter_parties(book)
    enter_orders(book, parties)
    (folder / "world.json").write_text(json.dumps(describe(parties), ensure_ascii=False))


def prepare(folder: Path) -> Path:
    """An empty database with the modules activated; returns the path of its trytond.cfg."""
    config = folder / "trytond.cfg"
    config.write_text(f"[database]\nuri = sqlite://\npath = {folder}\n")
    (folder / f"{DATABASE}.sqlite").touch()
    secret = folder / "password"
    secret.write_text("admin\n")
    admin = [Path(sys.executable).with_name("trytond-admin"), "-c", config, "-d", DATABASE]
    subprocess.run(
        [*admin, "-p", "--email", "admin@example.com", "-u", *MODULES, "--activate-dependencies"],
        check=True,
        env={**os.environ, "TRYTONPASSFILE": str(secret)},
    )
    return config


def model(name: str) -> Any:
    return Model.get(name)


def enter_company() -> dict[str, Any]:
    """A company with its books; returns the records that parties and orders refer to."""
    yen = model("currency.currency")(name="Yen", code="JPY", numeric_code="392", symbol="¥")
    yen.digits, yen.rounding = 0, Decimal(1)
    yen.rates.new().rate = Decimal(1)
    yen.save()
    japan = model("country.country")(name="Japan", code="JP", code3="JPN", code_numeric="392")
    japan.save()
    owner = model("party.party")(name="株式会社大福堂")
    owner.save()
    create_company(party=owner, currency=yen)
    account.create_chart()
    year = invoice.set_fiscalyear_invoice_sequences(account.create_fiscalyear())
    year.click("create_period")
    term = invoice.create_payment_term()
    term.save()
    accounts = account.get_accounts()
    return {"country": japan, "term": term, "product": enter_product(accounts), "owner": owner}


def enter_product(accounts: Any) -> Any:
    category = model("product.category")(name="既定", accounting=True)
    category.account_expense, category.account_revenue = accounts["expense"], accounts["revenue"]
    category.save()
    (unit,) = model("product.uom").find([("name", "=", "Unit")])
    template = model("product.template")(name="化粧水 200ml", code="LOTION-200", type="goods")
    template.default_uom, template.account_category = unit, category
    template.salable, template.purchasable = True, True
    template.list_price = Decimal(3000)
    template.save()
    return template.products[0]


def enter_parties(book: dict[str, Any]) -> list[dict[str, Any]]:
    """Persons and companies, created in one write so that they share a timestamp."""
    people = [person(number) for number in range(PERSONS)]
    firms = [company(number, name) for number, name in enumerate(COMPANIES)]
    entered = people + firms
    party = model("party.party")
    ids = party._proxy.create([party_values(one, book) for one in entered], {})
    for one, id_ in zip(entered, ids, strict=True):
        one["id"] = id_
    retired = party(ids[PERSONS - 1])
    retired.active = False
    retired.save()
    entered[PERSONS - 1]["active"] = False
    return entered


def person(number: int) -> dict[str, Any]:
    family, given = FAMILY[number % len(FAMILY)], GIVEN[number % len(GIVEN)]
    return {
        "name": f"{family[0]} {given[0]}",
        "code": f"P{number:04d}",
        "email": f"{given[1]}.{family[1]}{number}@mail.example",
        "phone": f"090-{1000 + number:04d}-{2000 + number:04d}",
        "postal_code": f"150-{number:04d}",
        "active": True,
    }


def company(number: int, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "code": f"C{number:04d}",
        "email": f"info@company{number}.example",
        "phone": f"03-5555-{1000 + number:04d}",
        "postal_code": f"100-{number:04d}",
        "corporate_number": CORPORATE_NUMBERS[number],
        "active": True,
    }


def check_digit(body: str) -> str:
    """A Japanese corporate number: its check digit in front of the twelve digits of `body`."""
    total = sum(int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(body)))
    return str(9 - total % 9) + body


CORPORATE_NUMBERS = [check_digit(f"0100010{number:05d}") for number in range(len(COMPANIES))]


def party_values(one: dict[str, Any], book: dict[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {
        "name": one["name"],
        "code": one["code"],
        "customer_payment_term": book["term"].id,
        "addresses": [
            (
                "create",
                [
                    {
                        "street_unstructured": "神南1-2-3",
                        "city": "渋谷区",
                        "postal_code": one["postal_code"],
                        "country": book["country"].id,
                    }
                ],
            )
        ],
        "contact_mechanisms": [
            (
                "create",
                [
                    {"type": "email", "value": one["email"]},
                    {"type": "mobile", "value": one["phone"]},
                ],
            )
        ],
    }
    if number := one.get("corporate_number"):
        values["identifiers"] = [("create", [{"type": "jp_vat", "code": number}])]
    return values


def enter_orders(book: dict[str, Any], parties: list[dict[str, Any]]) -> None:
    """Sales with their shipments and invoices, half of the goods sent; returns and purchases."""
    party = model("party.party")
    sale = model("sale.sale")
    sales = []
    for number in range(SALES):
        order = sale(party=party(parties[number]["id"]), payment_term=book["term"])
        order.invoice_method = order.shipment_method = "order"
        order.sale_date = datetime.now(UTC).date()
        line = order.lines.new()
        line.product, line.quantity = book["product"], float(1 + number % 5)
        sales.append(order)
    sale.save(sales)
    for step in ("quote", "confirm", "process"):
        sale.click(sales, step)
    shipment = model("stock.shipment.out")
    sent = shipment.find([], order=[("id", "ASC")])[: SALES // 2]
    for step in ("assign_force", "pick", "pack", "do"):
        shipment.click(sent, step)
    enter_returns(book, parties)
    enter_purchases(book, parties)


def enter_returns(book: dict[str, Any], parties: list[dict[str, Any]]) -> None:
    shipment = model("stock.shipment.out.return")
    location = model("stock.location")
    (customer,) = location.find([("type", "=", "customer")], limit=1)
    for one in parties[:RETURNS]:
        returned = shipment(customer=model("party.party")(one["id"]))
        move = returned.incoming_moves.new()
        move.product, move.quantity = book["product"], 1.0
        move.from_location, move.to_location = customer, returned.warehouse_input
        move.unit_price, move.currency = Decimal(3000), returned.company.currency
        returned.save()


def enter_purchases(book: dict[str, Any], parties: list[dict[str, Any]]) -> None:
    purchase = model("purchase.purchase")
    for one in parties[PERSONS : PERSONS + PURCHASES]:
        order = purchase(party=model("party.party")(one["id"]), payment_term=book["term"])
        line = order.lines.new()
        line.product, line.quantity, line.unit_price = book["product"], 100.0, Decimal(1000)
        order.save()
        order.click("quote")
        order.click("confirm")


def describe(parties: list[dict[str, Any]]) -> dict[str, Any]:
    """What the tests need to know of the world, with a key per connector and a blind one."""
    owner = model("company.company").find([])[0].party
    known = [*parties, {"id": owner.id, "name": owner.name, "code": owner.code, "active": True}]
    names = ("sale.sale", "purchase.purchase", "stock.shipment.out", "stock.shipment.out.return")
    ids = {name: sorted(row.id for row in model(name).find([])) for name in names}
    sold = model("account.invoice").find([("type", "=", "out")])
    ids["account.invoice"] = sorted(invoice.id for invoice in sold)
    in_orders = parties[:SALES] + parties[PERSONS : PERSONS + PURCHASES]
    ids["shipped or bought"] = sorted(one["id"] for one in in_orders)
    return {
        "parties": known,
        "ids": ids,
        "readable": READABLE,
        "keys": {name: application_key(user) for name, user in enter_users().items()},
    }


def enter_users() -> dict[str, Any]:
    """The least-privileged user per connector, one who lacks a field, one who may read nothing."""
    rights = {**READABLE, "curtained": READABLE["tryton"], "blind": []}
    groups = {login: enter_group(login, names) for login, names in rights.items()}
    model("ir.model.field.access")._proxy.create(
        [
            {
                "model": "product.product",
                "field": "code",
                "group": groups["curtained"].id,
                "active": True,
                "perm_read": False,
                "perm_write": False,
            }
        ],
        {},
    )
    return {login: enter_user(login, group) for login, group in groups.items()}


def enter_group(name: str, readable: list[str]) -> Any:
    """A group that reads these models and does nothing else."""
    group = model("res.group")(name=f"{name} (read only)")
    group.save()
    right = {"group": group.id, "active": True, "perm_read": True, "perm_write": False}
    right |= {"perm_create": False, "perm_delete": False}
    grants = [{"model": one, **right} for one in readable]
    model("ir.model.access")._proxy.create(grants, {})
    return group


def enter_user(login: str, group: Any) -> Any:
    user = model("res.user")(name=login, login=login)
    user.groups.append(group)
    for firm in model("company.company").find([]):
        user.companies.append(firm)
        user.company = firm
    user.save()
    return user


def application_key(user: Any) -> str:
    application = model("res.user.application")
    entered = application(user=user, application="rest")
    entered.save()
    return str(application(entered.id).key)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
