"""Which e-mails, phones, addresses and birth dates survive, in which order and shape."""

from datetime import timedelta

import pytest

from daifuku.records import Address, MappedRecord, RecordKey
from identity.survivorship.survive import survive
from tests.support.parties import AT, company, person


def said(source: str, day: int = 0, **fields: object) -> MappedRecord:
    key = RecordKey(source, "people", str(day))
    return person(key, observed_at=AT + timedelta(days=day), **fields)


def addresses(*records: Address) -> tuple[Address, ...]:
    found = survive([said("a", day, addresses=(item,)) for day, item in enumerate(records)])
    return tuple(found["addresses"].value)


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("phones", ("000-0000-0000", "03-0000-0000", "なし")),
        ("emails", ("test@example.com", "noreply@shop.example", "hanako@")),
    ],
)
def test_a_placeholder_is_no_value(field: str, values: tuple[str, ...]) -> None:
    assert field not in survive([said("form", **{field: values})])
    assert field not in survive([company("form", **{field: values})])


@pytest.mark.parametrize("date", ["1900-01-01", "1900/1/1", "2000-01-01", "9999-12-31", "不明"])
def test_a_placeholder_is_no_birth_date(date: str) -> None:
    assert "birth_date" not in survive([said("form", birth_date=date)])


def test_a_person_has_their_own_mailbox_and_mobile_first() -> None:
    golden = survive(
        [
            said("erp", 1, emails=("info@acme.example",), phones=("0120-123-456", "03-1234-5678")),
            said("erp", 2, emails=("info@acme.example",), phones=("0120-123-456",)),
            said("form", 0, emails=("k.oshima@acme.example",), phones=("060-1234-5678",)),
        ]
    )
    assert golden["emails"].value == ("k.oshima@acme.example", "info@acme.example")
    assert golden["phones"].value == ("+816012345678", "+81312345678", "+81120123456")


def test_a_company_has_the_mailbox_and_line_of_all_first() -> None:
    golden = survive(
        [
            company(
                "form",
                emails=("oshima@mail.example.jp", "k.oshima@acme.example"),
                phones=("060-1234-5678",),
            ),
            company("erp", emails=("info@acme.example",), phones=("03-1234-5678",)),
        ]
    )
    assert golden["emails"].value[0] == "info@acme.example"
    assert golden["phones"].value == ("+81312345678", "+816012345678")


def test_the_last_address_comes_first_and_shows_its_room() -> None:
    shown = addresses(
        Address(region="東京都", city="新宿区", street="西新宿2-8-1", building="メゾン　３０１"),
        Address(
            region="大阪府", city="大阪市北区", street="梅田3-1-3", building="コーポ ２０２号室"
        ),
        Address(text="〒530-0001　大阪府大阪市北区梅田３丁目１－３"),
    )
    assert [item.one_line() for item in shown] == [
        "大阪府大阪市北区梅田3-1-3 コーポ 202号室",
        "東京都新宿区西新宿2-8-1 メゾン 301",
    ]


def test_two_rooms_of_a_house_are_two_addresses() -> None:
    rooms = (Address(text=f"東京都新宿区西新宿2-8-1 メゾン{room}") for room in ("301", "302"))
    assert len(addresses(*rooms, Address(text="東京都新宿区西新宿2-8-1"))) == 3


def test_an_address_that_names_no_block_comes_after_one_that_does() -> None:
    whole, town = Address(text="東京都新宿区西新宿2-8-1"), Address(text="大阪府大阪市北区梅田")
    assert addresses(whole, town) == (whole, town)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        (
            Address("", "〒１６００００１", "", "新宿区", "西新宿２－８－１", "ﾒｿﾞﾝ　101", "JP"),
            Address("", "160-0001", "東京都", "新宿区", "西新宿2-8-1", "メゾン 101", "JP"),
        ),
        (
            Address(text="〒160-0001　東京都新宿区西新宿２－８－１"),
            Address(text="東京都新宿区西新宿2-8-1", postal_code="160-0001"),
        ),
        (
            Address(street="1  Main St", city="Springfield", postal_code="62701", country="US"),
            Address(street="1 Main St", city="Springfield", postal_code="62701", country="US"),
        ),
    ],
)
def test_an_address_is_shown_tidy(address: Address, shown: Address) -> None:
    assert addresses(address) == (shown,)
