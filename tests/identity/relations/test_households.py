"""Who lives with whom: one surname at one address, unless the address is no home."""

from daifuku.records import Address
from identity.features import features
from identity.relations.households import (
    MOST_AT_A_PLACE,
    MOST_MEMBERS,
    Household,
    NoHousehold,
    household,
)
from identity.relations.keys import Resident, home_kind, office_kind, relation_keys, resident
from tests.support.parties import company, person

TANAKA = Resident("", "田中", frozenset({"タナカ"}))
AT_301 = Resident("301", "田中", frozenset({"タナカ"}))


def other(family: str, reading: str, room: str = "") -> Resident:
    return Resident(room, family, frozenset({reading}))


def test_one_surname_at_one_address_is_a_household() -> None:
    found = household(
        "a", {"a": [TANAKA], "b": [TANAKA], "c": [other("鈴木", "スズキ")]}, office=False
    )
    assert found == Household(("a", "b"), "same_block")


def test_one_surname_in_one_room_is_a_household_and_in_two_rooms_is_not() -> None:
    people = {"a": [AT_301], "b": [AT_301], "c": [other("田中", "タナカ", "302")]}
    assert household("a", people, office=False) == Household(("a", "b"), "same_room")
    assert household("c", people, office=False) is None


def test_a_surname_in_kana_is_that_in_kanji_but_two_in_kanji_are_two() -> None:
    kana = other("タナカ", "タナカ")
    assert household("a", {"a": [TANAKA], "b": [kana]}, office=False) is not None
    ota = other("大田", "オオタ"), other("太田", "オオタ")
    assert household("a", {"a": [ota[0]], "b": [ota[1]]}, office=False) is None


def test_a_block_of_flats_without_the_room_is_no_home() -> None:
    people = {"a": [TANAKA], "b": [TANAKA], "c": [other("鈴木", "スズキ", "502")]}
    assert household("a", people, office=False) == NoHousehold("block_of_flats")
    names = [("鈴木", "スズキ"), ("山田", "ヤマダ"), ("大島", "オオシマ")]
    crowd = {str(i): [other(*name)] for i, name in enumerate(names)}
    assert household("a", {**crowd, "a": [TANAKA], "b": [TANAKA]}, office=False) == NoHousehold(
        "too_many_surnames"
    )


def test_where_an_organisation_is_is_no_home() -> None:
    assert household("a", {"a": [TANAKA], "b": [TANAKA]}, office=True) == NoHousehold("office")


def test_more_than_a_family_is_none() -> None:
    for size in (MOST_MEMBERS + 1, MOST_AT_A_PLACE + 1):
        people = {f"{number:03}": [AT_301] for number in range(size)}
        assert household("000", people, office=False) == NoHousehold("too_many_people")


def test_who_is_known_with_and_without_the_room_lives_in_the_room() -> None:
    people = {"a": [AT_301, TANAKA], "b": [AT_301]}
    assert household("a", people, office=False) == Household(("a", "b"), "same_room")


def test_the_same_household_is_seen_from_each_of_its_members() -> None:
    people = {"a": [TANAKA], "b": [TANAKA], "c": [TANAKA]}
    assert len({household(one, people, office=False) for one in people}) == 1


def test_keys_follow_from_how_a_record_reads() -> None:
    flat = (Address(text="東京都新宿区西新宿2-8-1 メゾン301号室"),)
    keys = dict(relation_keys(features(person("1", name="田中健太", addresses=flat))))
    ((kind, value),) = keys.items()
    assert resident(value).same_surname(AT_301)
    assert resident(value).room == "301"

    place = kind.removeprefix(home_kind(""))
    firm = features(company("1", name="株式会社アクメ", addresses=flat))
    assert (office_kind(place), "301") in set(relation_keys(firm))

    town = (Address(text="東京都新宿区西新宿"),)
    assert not set(relation_keys(features(person("2", name="田中健太", addresses=town))))
