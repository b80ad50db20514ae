"""Postal addresses: one key for one place, however it is written."""

import pytest

from daifuku.records import Address
from identity.normalize import address
from identity.survivorship.shown import shown_address


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("東京都千代田区丸の内一丁目1番1号", "東京都千代田区|丸の内|1-1-1|"),
        ("〒100-0005 千代田区丸ノ内１ー１ー１", "東京都千代田区|丸の内|1-1-1|"),
        ("大阪吹田市山田東1-1", "大阪府吹田市|山田東|1-1|"),
        ("東京都港区六本木六丁目十番一号", "東京都港区|六本木|6-10-1|"),
        ("四日市市諏訪町1番5号", "三重県四日市市|諏訪町|1-5|"),
        ("鎌が谷市新鎌が谷2-6-1", "千葉県鎌ケ谷市|新鎌ケ谷|2-6-1|"),
        ("札幌市中央区北一条西二丁目1-1", "北海道札幌市中央区|北1条西|2-1-1|"),
        ("京都市中京区寺町通御池上る上本能寺前町488番地", "京都府京都市中京区|上本能寺前町|488|"),
        ("阿久比町椋岡2-37", "愛知県知多郡阿久比町|椋岡|2-37|"),
        ("大阪市北区梅田3-1-3-405", "大阪府大阪市北区|梅田|3-1-3|405"),
        ("大阪市北区梅田3丁目1-3 ノースゲート405号室", "大阪府大阪市北区|梅田|3-1-3|405"),
        ("埼玉県浦和市高砂3-15-1", "埼玉県浦和市|高砂|3-15-1|"),
    ],
)
def test_a_japanese_address_is_known_down_to_its_block(text: str, key: str) -> None:
    found = address(text)
    assert found.key == key
    assert found.level == 4
    assert found.country == "JP"


def test_a_city_of_two_prefectures_is_told_by_its_town_or_postal_code() -> None:
    assert address("府中市宮西町2-24").prefecture == "東京都"
    assert address("府中市府川町315").prefecture == "広島県"
    assert address("府中市").prefecture == ""
    assert address(Address(text="府中市", postal_code="183-0022")).prefecture == "東京都"


def test_the_postal_code_stands_for_a_town_left_out() -> None:
    assert address("〒100-0005 1-1-1").key == address("東京都千代田区丸の内1-1-1").key


@pytest.mark.parametrize(
    ("text", "level"),
    [("", 0), ("あいうえお", 0), ("東京都", 1), ("東京都千代田区", 2), ("千代田区丸の内", 3)],
)
def test_the_level_says_how_far_an_address_could_be_read(text: str, level: int) -> None:
    assert address(text).level == level


def test_parts_and_one_line_say_the_same() -> None:
    parts = Address(
        postal_code="1000005",
        region="東京都",
        city="千代田区",
        street="丸の内1-1-1",
        building="パレスビル5階",
    )
    assert address(parts) == address("〒100-0005 東京都千代田区丸の内1-1-1 パレスビル5階")


def test_western_abbreviations_fold() -> None:
    long = address("123 North Main Street, Apt. 4B, Springfield, Illinois 62704")
    short = address("123 N Main St #4B Springfield IL 62704 USA")
    assert long == short
    assert (long.block, long.room, long.postal_code) == ("123", "4b", "62704")
    assert address("Hauptstraße 5, 10115 Berlin").key == address("Hauptstr. 5, 10115 Berlin").key


def test_western_parts_are_joined_with_spaces() -> None:
    parts = Address(street="5 Elm Road", city="Springfield", region="IL", country="us")
    assert address(parts).key == "5 elm rd springfield il"
    assert address(parts).country == "US"


@pytest.mark.parametrize(
    "text",
    [
        "〒160-0023 東京都新宿区西新宿2-8-1",
        "東京都新宿区西新宿2-8-1 〒160-0023",
        "東京都新宿区西新宿2-8-1 160-0023",
        "東京都新宿区西新宿2-8-1、１６０−００２３",
        "郵便番号160-0023 東京都新宿区西新宿2-8-1",
        "郵便番号：１６０－００２３ 東京都新宿区西新宿2-8-1",
        "1600023東京都新宿区西新宿2-8-1",
        "〒160-0023 〒160-0023 東京都新宿区西新宿2-8-1",
        "〒160-0023 東京都新宿区西新宿2-8-1 160-0023",
    ],
)
def test_a_postal_code_is_found_wherever_it_stands(text: str) -> None:
    plain = "東京都新宿区西新宿2-8-1"
    known = address(text)
    assert (known.key, known.postal_code) == (address(plain).key, "1600023")
    shown = shown_address(Address(text=text), known)
    assert (shown.text, shown.postal_code) == (plain, "160-0023")


def test_a_number_at_the_end_that_is_no_postal_code_stays_a_room() -> None:
    assert address("東京都新宿区西新宿2-8-1 000-0001").postal_code == ""
