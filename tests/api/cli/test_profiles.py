"""`daifuku profile`, `resolve` and `compare`: golden records on the screen."""

from pathlib import Path
from typing import Any

import pytest

from tests.support.commandline import Cli


@pytest.fixture
def taro(cli: Cli, shop: str) -> str:
    """The golden id of the customer whom two rows tell of."""
    assert cli("source", "sync", shop).status == 0
    found = cli("profile", "lookup", "--email", "TARO@example.jp", "--json").json
    return str(found["profiles"][0]["id"])


def test_each_value_is_shown_with_where_it_came_from(cli: Cli, taro: str) -> None:
    body = cli("profile", "show", taro, "--json").json
    assert body["fields"]["birth_date"] == "1980-04-01"
    shown = cli("profile", "show", taro).out
    assert f"{taro}  person  version 1" in shown
    (line,) = (line for line in shown.splitlines() if line.startswith("birth_date"))
    assert line.split()[:3] == ["birth_date", "1980-04-01", "shop/customers/A1"]
    assert "2 records: shop/customers/A1, shop/customers/A2" in shown


@pytest.mark.parametrize(
    ("field", "spelling"), [("email", "taro@EXAMPLE.jp"), ("phone", "+81 90-1234-5678")]
)
@pytest.mark.usefixtures("taro")
def test_any_spelling_finds_the_customer(cli: Cli, field: str, spelling: str) -> None:
    assert "山田 太郎" in cli("profile", "lookup", f"--{field}", spelling).out


@pytest.mark.usefixtures("taro")
def test_what_nobody_has_ends_with_status_1(cli: Cli) -> None:
    told = cli("profile", "lookup", "--email", "nobody@example.jp")
    assert (told.status, told.out) == (1, "")
    assert "No golden record holds that email." in told.err
    as_json = cli("profile", "lookup", "--email", "nobody@example.jp", "--json")
    assert (as_json.status, as_json.json) == (1, {"profiles": []})


def test_why_records_are_one(cli: Cli, taro: str) -> None:
    (pair,) = cli("profile", "explain", taro, "--json").json["pairs"]
    assert pair["band"] == "match"
    assert "A match: " in cli("profile", "explain", taro).out
    assert "携帯番号が一致" in cli("profile", "explain", taro, "--lang", "ja").out


def test_why_two_customers_are_two(cli: Cli, taro: str) -> None:
    hanako = cli("profile", "lookup", "--email", "hanako@example.jp", "--json").json
    other = hanako["profiles"][0]["id"]
    pairs = cli("profile", "explain", taro, "--with", other, "--json").json["pairs"]
    assert {pair["band"] for pair in pairs} == {"non_match"}
    assert "No match: " in cli("profile", "explain", taro, "--with", other).out


def test_what_came_unresolved_is_resolved(cli: Cli, shop: str) -> None:
    assert "0 linked, 0 created" in cli("source", "sync", shop, "--no-resolve").out
    assert cli("resolve", "--json").json["resolved"] == 3
    assert cli("resolve").out == "0 records resolved: 0 linked, 0 created, 0 held for review.\n"


def test_two_values_are_compared(cli: Cli, tmp_path: Path) -> None:
    phones: Any = cli("compare", "phone", "090-1234-5678", "+819012345678", "--json").json
    assert phones["result"] == "match"
    assert cli("compare", "email", "a@example.jp", "b@example.jp").out.startswith("differ: ")
    pairs = tmp_path / "pairs.csv"
    pairs.write_text("field,a,b\nname,髙橋花子,高橋 花子\ndate,2026-04-01,令和8年4月1日\n")
    verdicts = cli("compare", "--pairs", pairs, "--json").json["verdicts"]
    assert [verdict["result"] for verdict in verdicts] == ["match", "match"]
    assert len(cli("compare", "--pairs", pairs, "--lang", "ja").out.splitlines()) == 3


def test_a_golden_record_is_shown_in_japanese(cli: Cli, taro: str) -> None:
    shown = cli("profile", "show", taro, "--lang", "ja").out
    assert "生年月日 (birth_date)" in shown
    assert "採用規則" in shown
    assert "個人" in shown
    assert "relation" not in cli("profile", "relations", taro, "--lang", "ja").out


@pytest.mark.parametrize(("encoding", "separator"), [("cp932", ","), ("utf-8-sig", "\t")])
def test_pairs_may_come_in_any_encoding(
    cli: Cli, tmp_path: Path, encoding: str, separator: str
) -> None:
    pairs = tmp_path / "pairs.csv"
    rows = [["field", "a", "b"], ["name", "髙橋花子", "高橋 花子"], ["phone", "0312345678", ""]]
    text = "\n".join(separator.join(row) for row in rows)
    pairs.write_bytes(text.encode(encoding))
    verdicts = cli("compare", "--pairs", pairs, "--json").json["verdicts"]
    assert [verdict["result"] for verdict in verdicts] == ["match", "maybe"]
    pairs.write_bytes(text.replace("phone", "shoe").encode(encoding))
    assert (
        "no field 'shoe' to compare in row 2 of pairs.csv" in cli("compare", "--pairs", pairs).err
    )


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["profile", "show", "p_nobody"], "p_nobody"),
        (["profile", "explain", "p_nobody"], "p_nobody"),
        (["profile", "lookup"], "exactly one"),
        (["profile", "lookup", "--email", "a@b.jp", "--phone", "1"], "exactly one"),
        (["profile", "lookup", "--phone", "none"], "phone"),
        (["compare", "shoe", "1", "2"], "One of name, company"),
        (["compare", "name", "Anna"], "two values"),
        (["compare", "--pairs", "/none.csv"], "/none.csv"),
    ],
)
def test_what_cannot_be_done_is_said(cli: Cli, words: list[str], says: str) -> None:
    told = cli(*words)
    assert (told.status, told.out) == (1, "")
    assert says in told.err
    assert says in cli(*words, "--json").json["error"]["message"]
