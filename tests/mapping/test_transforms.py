"""What each named transform gives for the ways sources write things."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mapping.transforms import TRANSFORMS
from mapping.unmappable import Unmappable

TOKYO = ZoneInfo("Asia/Tokyo")


def run(name: str, value: Any, **options: Any) -> Any:
    return TRANSFORMS[name](**options)(value)


@pytest.mark.parametrize(
    ("name", "value", "result"),
    [
        ("lower", "Ａbc", "ａbc"),
        ("upper", "abc", "ABC"),
        ("title", "mary o'neil-SMITH", "Mary O'Neil-Smith"),
        ("nfkc", "㈱ﾀﾞｲﾌｸ１", "(株)ダイフク1"),
        ("katakana", "やまだ　ﾊﾅｺ", "ヤマダ ハナコ"),
        ("digits", "〒１００-0001", "1000001"),
        ("digits", "なし", None),
        ("digits", 1000001.0, "1000001"),
        ("one_line", "a \n b", "a b"),
        ("split", "a@b.jp; c@d.jp、e@f.jp\n", ["a@b.jp", "c@d.jp", "e@f.jp"]),
        ("phone_text", "TEL: 03-1234-5678", "03-1234-5678"),
        ("phone_text", "携帯番号：090-0000-0000", "090-0000-0000"),
        ("phone_text", "tel:+81312345678", "+81312345678"),
        ("phone_text", "なし", None),
        ("email_text", "mailto:a@example.com", "a@example.com"),
        ("email_text", "<ａ＠example.com>", "a@example.com"),
        ("email_text", "none", None),
        ("mail_address", '"Yamada, Hanako" <h@example.com>', "h@example.com"),
        ("mail_address", "h@example.com", "h@example.com"),
        ("without_honorific", "山田 花子 様", "山田 花子"),
        ("without_honorific", "株式会社大福　御中", "株式会社大福"),
        ("without_honorific", "Dr. Jane Roe", "Jane Roe"),
        ("gender", "女性", "female"),
        ("gender", 1, "male"),
        ("gender", "回答しない", "回答しない"),
        ("country", "日本", "JP"),
        ("country", "jpn", "JP"),
        ("country", "U.S.A.", "US"),
        ("country", "Atlantis", None),
        ("bool", "はい", True),
        ("bool", "×", False),
        ("bool", 1.0, True),
        ("not", "0", True),
        ("number", "¥1,200", Decimal(1200)),
        ("number", "１２００円", Decimal(1200)),
        ("number", "(1,200.50)", Decimal("-1200.50")),
        ("number", "▲300", Decimal(-300)),
        ("number", 0.1, Decimal("0.1")),
        ("html_text", "<p>a&amp;b</p><script>x</script>c<br>d", "a&b\nc\nd"),
        ("html_text", "1 < 2", "1 < 2"),
    ],
)
def test_plain(name: str, value: Any, result: Any) -> None:
    assert run(name, value) == result


@pytest.mark.parametrize(
    ("written", "family", "given"),
    [
        ("山田　花子", "山田", "花子"),
        ("Hanako Yamada", "Yamada", "Hanako"),
        ("Yamada, Hanako", "Yamada", "Hanako"),
        ("John Q Public", "Public", "John Q"),
        ("山田花子", None, None),
    ],
)
def test_split_name(written: str, family: str | None, given: str | None) -> None:
    assert run("split_name", written, part="family") == family
    assert run("split_name", written, part="given") == given


def test_split_name_in_a_stated_order() -> None:
    assert run("split_name", "Yamada Hanako", part="family", order="family_first") == "Yamada"


@pytest.mark.parametrize(
    "written",
    [
        "1985-03-01",
        "1985/3/1",
        "1985.3.1",
        "1985年3月1日",
        "１９８５年３月１日(金)",
        "19850301",
        19850301,
        19850301.0,
        "昭和60年3月1日",
        "S60.3.1",
        "1985-03-01T09:30:00",
        "1985-03-01 09:30:00.5+09:00",
        date(1985, 3, 1),
        478483200,
        "478483200",
        478483200000,
    ],
)
def test_date(written: Any) -> None:
    assert run("date", written) == date(1985, 3, 1)


@pytest.mark.parametrize(
    "written",
    [
        "01/02/2024",
        "2024-13-01",
        "2023-02-29",
        "平成1年",
        "tomorrow",
        "5",
        True,
        1e300,
        "2024-1-1 99:00",
    ],
)
def test_what_is_no_date_is_unmappable(written: Any) -> None:
    with pytest.raises(Unmappable, match="not a date"):
        run("date", written)


def test_a_date_in_a_stated_format() -> None:
    assert run("date", "01/02/2024", formats=["%d/%m/%Y"]) == date(2024, 2, 1)


def test_the_day_of_a_moment_is_looked_up_in_the_zone() -> None:
    assert run("date", "2024-05-01T20:00:00Z", zone="Asia/Tokyo") == datetime(
        2024, 5, 2, tzinfo=TOKYO
    )


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2024-05-01 15:04", datetime(2024, 5, 1, 15, 4, tzinfo=TOKYO)),
        ("2024年5月1日 午後3時4分", datetime(2024, 5, 1, 15, 4, tzinfo=TOKYO)),
        ("2024-05-01 24:00", datetime(2024, 5, 2, tzinfo=TOKYO)),
        ("2024-05-01T15:04:05Z", datetime(2024, 5, 1, 15, 4, 5, tzinfo=UTC)),
        (
            "2024-05-01T15:04:05.123456789-0530",
            datetime(2024, 5, 1, 15, 4, 5, 123456, tzinfo=timezone(-timedelta(hours=5.5))),
        ),
        (1714575845, datetime(2024, 5, 1, 15, 4, 5, tzinfo=UTC)),
    ],
)
def test_datetime(written: Any, moment: datetime) -> None:
    assert run("datetime", written, zone="Asia/Tokyo") == moment


@pytest.mark.parametrize("number", [10**30, 10**400, float("inf"), Decimal("NaN"), Decimal("sNaN")])
def test_a_number_that_is_no_time_is_unmappable(number: Any) -> None:
    with pytest.raises(Unmappable, match="date"):
        run("datetime", number)


@pytest.mark.parametrize("written", ["1,2,3x", "", "--1", "1e5", True, float("nan"), 10**30])
def test_what_is_no_number_is_unmappable(written: Any) -> None:
    with pytest.raises(Unmappable, match="not a number"):
        run("number", written)


def test_map_gives_the_tables_value() -> None:
    table = {"男": "male", "1": "male", "true": "yes"}
    assert run("map", "男", table=table) == "male"
    assert run("map", 1, table=table) == "male"
    assert run("map", True, table=table) == "yes"
    assert run("map", "女", table=table) == "女"
    assert run("map", "女", table=table, other="absent") is None
    with pytest.raises(Unmappable):
        run("map", "女", table=table, other="reject")


def test_replace_and_regex() -> None:
    assert run("replace", "山田(旧姓 佐藤)", pattern=r"\(.*\)") == "山田"
    assert run("replace", "a-b", pattern="(.)-(.)", by=r"\2\1") == "ba"
    assert run("regex", "No. 123 x", pattern=r"No\. (\d+)", group=1) == "123"
    assert run("regex", "x", pattern=r"\d") is None


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("date", {"zone": "Mars/Base"}),
        ("date", {"unit": "weeks"}),
        ("split", {"at": 1}),
        ("regex", {"pattern": "("}),
        ("regex", {"pattern": "a", "group": 1}),
        ("replace", {"pattern": "a", "by": r"\9"}),
        ("map", {"table": []}),
        ("mail_address", {"part": "domain"}),
    ],
)
def test_a_bad_option_is_refused_at_load(name: str, options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(options))):
        TRANSFORMS[name](**options)


def test_the_name_in_a_mail_header() -> None:
    assert run("mail_address", '"Yamada, Hanako" <h@example.com>', part="name") == "Yamada, Hanako"
    assert run("mail_address", "山田　花子<h@example.com>", part="name") == "山田　花子"
    assert run("mail_address", "h@example.com", part="name") is None
