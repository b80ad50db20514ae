"""`daifuku dedupe`: golden records from any table, with no set-up."""

import csv
import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli.main import app
from daifuku.errors import UserError

MODELS = Path(__file__).parents[3] / "identity" / "models"

JAPANESE = """顧客番号,氏名,フリガナ,電話番号,メールアドレス,住所
A1,山田 太郎,ヤマダ タロウ,090-1234-5678,taro@example.jp,東京都千代田区丸の内1-2-3
A2,山田太郎,,09012345678,,東京都千代田区丸の内一丁目2番3号
A3,ﾔﾏﾀﾞ ﾀﾛｳ,,,taro@example.jp,
A4,髙橋花子,タカハシ ハナコ,03-1111-2222,hanako@example.jp,
A5,高橋 花子,,,HANAKO@example.jp,大阪府大阪市北区梅田1-1
A6,田中,,,,
A7,田中,,,,
"""

ENGLISH = """id,first_name,last_name,email,dob
1,Robert,Smith,bob@example.com,1980-02-03
2,Bob,Smith,BOB@example.com,1980-02-03
3,Anna,Jones,anna@example.com,1975-05-05
"""


def run(table: Path, *options: str) -> tuple[dict[str, str], list[dict[str, str]]]:
    """Each row's golden id, and the golden records."""
    golden, links = table.with_name("golden.csv"), table.with_name("links.csv")
    command = ["dedupe", str(table), "-o", str(golden), "--links", str(links), *options]
    result = CliRunner().invoke(app, command, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    with links.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert all(0 < float(row["match_probability"]) <= 1 for row in rows)
    with golden.open(encoding="utf-8", newline="") as file:
        return {row["record_id"]: row["golden_id"] for row in rows}, list(csv.DictReader(file))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_a_japanese_table_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    table = tmp_path / "顧客.csv"
    table.write_text(JAPANESE, encoding=encoding)

    home, goldens = run(table)

    assert home["A1"] == home["A2"] == home["A3"]
    assert home["A4"] == home["A5"] != home["A1"]
    assert home["A6"] != home["A7"], "a surname alone proves nothing"
    assert len(goldens) == 4
    assert goldens[0]["emails"] == "taro@example.jp"


def test_an_english_table(tmp_path: Path) -> None:
    table = tmp_path / "people.csv"
    table.write_text(ENGLISH)
    home, goldens = run(table)
    assert home["1"] == home["2"] != home["3"]
    assert len(goldens) == 2


def test_the_same_table_gives_the_same_files(tmp_path: Path) -> None:
    table = tmp_path / "people.csv"
    table.write_text(JAPANESE)
    assert run(table) == run(table)


def test_the_id_of_two_sources_may_be_the_same(tmp_path: Path) -> None:
    table = tmp_path / "people.csv"
    table.write_text(
        "system,number,name,email\n"
        "erp,1,Robert Smith,bob@example.com\n"
        "shop,1,Anna Jones,anna@example.com\n"
    )
    _, goldens = run(table, "--id", "number", "--source", "system")
    assert len(goldens) == 2


def test_a_broken_row_is_kept_and_counted(tmp_path: Path) -> None:
    table = tmp_path / "people.csv"
    table.write_text("name,email\nAnna Jones,anna@example.com\nBob,b@example.com,too,many\n")
    golden = tmp_path / "golden.csv"
    result = CliRunner().invoke(app, ["dedupe", str(table), "-o", str(golden), "--json"])
    told = json.loads(result.stdout)
    assert told["unreadable"] == 1
    assert told["rejected"] == [{"record_id": "row-3", "reason": told["rejected"][0]["reason"]}]
    shown = CliRunner().invoke(app, ["dedupe", str(table), "-o", str(golden)]).stdout
    assert f"  row-3: {told['rejected'][0]['reason']}" in shown
    assert "cells" in shown or "columns" in shown


def test_what_became_of_a_table_is_told_in_japanese(tmp_path: Path) -> None:
    table = tmp_path / "people.csv"
    table.write_text(
        "氏名,電話,年齢,連絡先,メール\n高橋一郎,03-1111-2222,30,a@example.jp,x\n"
        "佐藤花子,03-1111-2223,31,b@example.jp,y\n鈴木次郎,03-1111-2224,32,c@example.jp,z\n"
    )
    told = CliRunner().invoke(
        app, ["dedupe", str(table), "-o", str(tmp_path / "g"), "--lang", "ja"]
    )
    assert "3 行 → 統合顧客 3 件" in told.stdout
    reasons = re.findall(r"\(([^()]*)\)$", told.stderr, re.M)
    assert len(reasons) == 5
    assert not [why for why in reasons if re.search("[A-Za-z]", why)], reasons


@pytest.mark.parametrize(
    ("content", "options", "says"),
    [
        ("name,email\nA,a@example.com\n", ["--id", "nr"], "no column 'nr'"),
        ("x,y\n1,2\n", [], "says who"),
        ("高橋,03-1111-2222\n佐藤,03-3333-4444\n", [], "holds values, not the names of columns"),
        ("高橋,a@example.jp\n佐藤,b@example.jp\n", [], "see column 2"),
        ("name,nr\nA,1\nB,1\n", ["--id", "nr"], "same id"),
    ],
)
def test_what_cannot_be_done_is_said(
    tmp_path: Path, content: str, options: list[str], says: str
) -> None:
    table = tmp_path / "people.csv"
    table.write_text(content)
    command = ["dedupe", str(table), "-o", str(tmp_path / "g.csv"), *options]
    with pytest.raises(UserError, match=says):
        CliRunner().invoke(app, command, catch_exceptions=False)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["dedupe", str(tmp_path / "no.csv"), "-o", "g.csv"])
    assert result.exit_code == 1
    assert "no file" in str(result.exception)


OWN_MODEL = """version: own-1
columns:
  mail: {column: email, clean: [trim, lower]}
  first_name: {}
  last_name: {}
thresholds: {match: 0.5, possible: 0.1}
comparisons:
  mail:
    same:   {when: same mail}
    differ: {}
  last name:
    same:   {when: same last_name}
    differ: {}
blocking:
  mail: {same: [mail], cap: 50}
  name: {same: [last_name], cap: 50}
"""


def test_a_model_over_the_columns_of_the_table_decides(tmp_path: Path) -> None:
    table, model = tmp_path / "people.csv", tmp_path / "own.yaml"
    model.write_text(OWN_MODEL)
    rows = [f"{n},A{n % 60},B{n % 60},m{n % 60}@example.com,\n" for n in range(120)]
    table.write_text("id,first_name,last_name,email,dob\n" + "".join(rows))
    home, goldens = run(table, "--model", str(model), "--id", "id")
    assert home["0"] == home["60"] != home["1"]
    assert len(goldens) == 60
    assert run(table, "--model", str(model), "--train") == (home, goldens)


def test_a_model_without_columns_is_refused(tmp_path: Path) -> None:
    table, model = tmp_path / "people.csv", tmp_path / "own.yaml"
    table.write_text(ENGLISH)
    model.write_text((MODELS / "person.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    command = ["dedupe", str(table), "-o", str(tmp_path / "g.csv"), "--model", str(model)]
    with pytest.raises(UserError, match="names no columns"):
        CliRunner().invoke(app, command, catch_exceptions=False)
