"""What a first reading gives is what was entered in Tryton, field by field."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from connectors import registry
from daifuku.records import Entity, MappingResult, RecordKey, SourceRecord
from mapping.engine import apply_mapping
from sync.mappings import builtin_mapping
from tests.contract.reading import read_all
from tests.support.tryton import Tryton

pytestmark = [pytest.mark.peer, pytest.mark.timeout(300)]


def read(tryton: Tryton, connector: str, stream: str) -> dict[str, Any]:
    reading = read_all(registry.connect(connector, tryton.settings(connector)), [stream])[stream]
    return {record.external_id: record.data for record in reading.records}


def test_parties_come_with_their_mechanisms_addresses_and_identifiers(
    tryton_as_built: Tryton,
) -> None:
    found = read(tryton_as_built, "tryton", "parties")
    for entered in tryton_as_built.world["parties"]:
        party = found[str(entered["id"])]
        assert party["name"] == entered["name"]
        assert party["code"] == entered["code"]
        assert bool(party["active"]) == entered["active"]
        if "email" not in entered:
            continue
        held = {one["type"]: one["value"] for one in party["contact_mechanisms"]}
        assert held["email"] == entered["email"]
        assert digits(held["mobile"]) == "81" + digits(entered["phone"])[1:]
        (address,) = party["addresses"]
        assert (address["postal_code"], address["city"]) == (entered["postal_code"], "渋谷区")
        assert address["country"]["code"] == "JP"
        numbers = [digits(one["code"]) for one in party["identifiers"]]
        assert numbers == [entered[key] for key in ("corporate_number",) if key in entered]


def digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def test_sales_and_invoices_say_who_bought_what_for_how_much(tryton_as_built: Tryton) -> None:
    for stream in ("sales", "invoices"):
        for order in read(tryton_as_built, "tryton", stream).values():
            (line,) = order["lines"]
            assert line["product"] == {"id": 1, "code": "LOTION-200", "name": "化粧水 200ml"}
            assert Decimal(order["total_amount"]) == 3000 * Decimal(line["quantity"])
            assert order["currency"]["code"] == "JPY"
            assert order["party"]


def test_shipments_and_returns_say_what_went_where(tryton_as_built: Tryton) -> None:
    shipments = read(tryton_as_built, "tryton_stock", "shipments").values()
    assert {one["state"] for one in shipments} == {"done", "waiting"}
    assert all(bool(one["effective_date"]) == (one["state"] == "done") for one in shipments)
    assert all(one["delivery_address"]["city"] == "渋谷区" for one in shipments)
    assert all(one["outgoing_moves"][0]["product"]["code"] == "LOTION-200" for one in shipments)
    returns = read(tryton_as_built, "tryton_stock", "returns").values()
    assert all(one["incoming_moves"][0]["quantity"] == 1 for one in returns)


def test_purchases_name_their_supplier(tryton_as_built: Tryton) -> None:
    purchases = read(tryton_as_built, "tryton_stock", "purchases").values()
    parties = read(tryton_as_built, "tryton_stock", "parties")
    assert [parties[str(one["party"])]["name"] for one in purchases] == [
        "株式会社青葉商店",
        "みどり工業株式会社",
        "有限会社さくら",
    ]


@pytest.mark.parametrize("connector", ["tryton", "tryton_stock"])
def test_the_setup_page_names_the_rights_that_are_enough(
    connector: str, tryton_as_built: Tryton
) -> None:
    page = registry.setup_page(connector)
    (listed,) = re.findall(r"### Models the user must read\n(.*?)\n\n", page, re.DOTALL)
    assert set(re.findall(r"`(.+?)`", listed)) == set(tryton_as_built.world["readable"][connector])


def test_legal_forms_and_corporate_numbers_make_organisations(tryton_as_built: Tryton) -> None:
    mapping = builtin_mapping("tryton")
    parties = read(tryton_as_built, "tryton", "parties")
    companies = [party["name"] for party in tryton_as_built.world["parties"] if is_company(party)]
    found = []
    for id_, payload in parties.items():
        key = RecordKey("erp", "parties", id_)
        result = apply_mapping(mapping, SourceRecord(key, payload, datetime.now(UTC)))
        assert isinstance(result, MappingResult)
        found += [one.name for one in result.records if one.entity is Entity.ORGANIZATION]
    assert sorted(map(str, found)) == sorted(companies)


def is_company(party: dict[str, Any]) -> bool:
    return not party["code"].startswith("P")
