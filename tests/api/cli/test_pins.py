"""`daifuku pin`, `unpin`, `pins`, `explain` and `profile relations` on the screen."""

import pytest

from tests.support.commandline import Cli


@pytest.fixture
def taro(cli: Cli, shop: str) -> str:
    """The golden id of the customer whom two rows tell of."""
    assert cli("source", "sync", shop).status == 0
    found = cli("profile", "lookup", "--email", "taro@example.jp", "--json").json
    return str(found["profiles"][0]["id"])


def test_pins_speak_japanese(cli: Cli, taro: str) -> None:
    said = cli("pin", taro, "birth_date", "1980-04-02", "--lang", "ja").out
    assert said == f"固定 1: {taro} の birth_date を 1980-04-02 に固定しました。\n"
    assert "有効" in cli("pins", "--lang", "ja").out
    assert "固定を解除" in cli("unpin", taro, "birth_date", "--lang", "ja").out


def test_a_value_is_pinned_listed_and_taken_back(cli: Cli, taro: str) -> None:
    change = cli("pin", taro, "birth_date", "1980-04-02", "--preview", "--json").json
    assert change["changes"] == {"birth_date": {"before": "1980-04-01", "after": "1980-04-02"}}
    assert cli("pins", "--json").json == {"pins": []}

    made = cli("pin", taro, "birth_date", "1980-04-02", "--by", "aki", "--json").json
    assert (made["by"], made["state"]) == ("aki", "active")
    assert cli("profile", "show", taro, "--json").json["fields"]["birth_date"] == "1980-04-02"
    assert "1980-04-02" in cli("pins", "--profile", taro).out

    assert cli("unpin", taro, "birth_date").status == 0
    assert cli("profile", "show", taro, "--json").json["fields"]["birth_date"] == "1980-04-01"
    again = cli("unpin", taro, "birth_date")
    assert (again.status, again.out) == (1, "")
    assert "Nothing is pinned" in again.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["pin", "p_nobody", "name", "x"], "p_nobody"),
        (["pins", "--profile", "p_nobody"], "p_nobody"),
        (["explain", "p_nobody", "shop/customers/A1"], "p_nobody"),
        (["explain", "shop/customers/A1", "shop/customers/A1"], "one and the same record"),
        (["profile", "relations", "p_nobody"], "p_nobody"),
    ],
)
@pytest.mark.usefixtures("taro")
def test_what_cannot_be_done_is_said(cli: Cli, words: list[str], says: str) -> None:
    told = cli(*words)
    assert (told.status, told.out) == (1, "")
    assert says in told.err


def test_why_two_are_two_is_said_in_japanese(cli: Cli, taro: str) -> None:
    told = cli("explain", taro, "shop/customers/A3", "--lang", "ja")
    assert told.out.startswith("別々の統合顧客です。")
    assert cli("profile", "relations", taro, "--json").json["household"] is None
