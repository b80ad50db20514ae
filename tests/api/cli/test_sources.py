"""`daifuku source`: connect a table, look at it, sync it, mend what failed."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import create_engine, text

from tests.support.commandline import Cli

COUNTED = ("new", "changed", "unchanged", "rejected", "suppressed")


def test_a_source_is_connected_and_told_of(cli: Cli, shop: str, table: Path) -> None:
    (found,) = cli("source", "list", "--json").json["sources"]
    assert found["id"] == shop
    assert found["config"]["path"] == str(table)
    assert "shop    file       –         –         –        active" in cli("source", "list").out


def test_a_schedule_is_shown(cli: Cli, table: Path) -> None:
    path = f"path={table}"
    added = cli("source", "add", "a", "--connector", "file", "--set", path, "--every", 90, "--json")
    assert added.json["schedule"]["interval_seconds"] == 90
    cli("source", "add", "b", "--connector", "file", "--set", path, "--cron", "0 6 * * 1")
    shown = cli("source", "list").out
    assert "every 90 s" in shown
    assert "0 6 * * 1 Asia/Tokyo" in shown


def test_secrets_are_read_from_a_file_and_shown_to_nobody(cli: Cli, tmp_path: Path) -> None:
    settings = tmp_path / "line.yaml"
    secrets = {"channel_access_token": "planted-token", "channel_secret": "planted-secret"}
    settings.write_text(yaml.safe_dump(secrets))
    added = cli("source", "add", "line", "--connector", "line", "--config", settings, "--json")
    shown = cli("source", "list", "--json")
    assert added.status == shown.status == 0
    assert "planted" not in added.out + added.err + shown.out + shown.err


def test_a_secret_may_be_typed_unseen(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getpass", lambda prompt: f"typed for {prompt}")
    asked = ["--ask", "channel_secret", "--ask", "channel_access_token"]
    assert cli("source", "add", "line", "--connector", "line", *asked).status == 0


def test_a_source_is_changed_in_what_is_named(
    cli: Cli, shop: str, table: Path, tmp_path: Path
) -> None:
    moved = tmp_path / "moved.csv"
    table.rename(moved)
    told = cli("source", "change", shop, "--set", f"path={moved}", "--set", "encoding=utf-8")
    assert (told.status, told.out) == (
        0,
        "Source shop is changed. Next: daifuku source check shop\n",
    )
    assert cli("source", "check", shop).status == 0
    changed = cli("source", "change", shop, "--unset", "encoding", "--json").json
    assert changed["config"]["path"] == str(moved)
    assert "encoding" not in changed["config"]


def test_a_paused_source_that_is_changed_is_to_be_resumed(cli: Cli, shop: str) -> None:
    cli("source", "pause", shop)
    told = cli("source", "change", shop, "--set", "encoding=utf-8")
    assert "then: daifuku source resume shop" in told.out


def test_a_change_names_what_is_to_be_changed(cli: Cli, shop: str) -> None:
    told = cli("source", "change", shop)
    assert (told.status, told.out) == (1, "")
    assert "--set" in told.err


def test_a_mapping_is_shown_mended_and_used(cli: Cli, shop: str, tmp_path: Path) -> None:
    cli("source", "sync", shop)
    mended = tmp_path / "mended.yaml"
    shown = cli("mapping", "show", shop).out
    mended.write_text(shown.replace("        name_kana: フリガナ\n", ""), encoding="utf-8")
    told = cli("source", "change", shop, "--mapping", mended)
    assert "Next: daifuku source replay shop --all" in told.out
    cli("source", "replay", shop, "--all")
    (found,) = cli("profile", "lookup", "--email", "hanako@example.jp", "--json").json["profiles"]
    assert "name_kana" not in found["fields"]


def test_a_mapping_that_is_wrong_is_told_by_its_line(cli: Cli, shop: str, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("version: 1\nconnector: file\nstreems: {}\n", encoding="utf-8")
    told = cli("source", "change", shop, "--mapping", wrong)
    assert (told.status, f"{wrong}:" in told.err) == (1, True)


def test_a_table_s_streams_and_columns_are_discovered(cli: Cli, shop: str) -> None:
    (stream,) = cli("source", "discover", shop, "--json").json["streams"]
    assert stream["stream"] == "customers"
    assert stream["fields"][:2] == ["番号", "氏名"]
    assert "番号, 氏名" in cli("source", "discover", shop).out


def test_a_check_says_what_comes_next(cli: Cli, shop: str) -> None:
    assert "daifuku source preview shop" in cli("source", "check", shop).out
    assert cli("source", "check", shop, "--json").json["ok"] is True


def test_a_check_that_fails_says_why(cli: Cli, shop: str, table: Path) -> None:
    table.unlink()
    told = cli("source", "check", shop)
    assert told.status == 1
    assert str(table) in told.err
    as_json = cli("source", "check", shop, "--json")
    assert (as_json.status, as_json.json["ok"]) == (1, False)


def test_a_preview_shows_what_the_mapping_makes_of_a_record(cli: Cli, shop: str) -> None:
    shown = cli("source", "preview", shop, "--limit", 1).out
    assert "shop/customers/A1\n  person\n" in shown
    assert "    name_kana   ヤマダ タロウ\n" in shown
    (item,) = cli("source", "preview", shop, "--limit", 1, "--json").json["records"]
    assert item["payload"]["氏名"] == item["records"][0]["name"] == "山田 太郎"
    assert cli("source", "runs", "--json").json == {"sync_runs": []}


def test_a_sync_prints_its_receipt_and_repeats_nothing(cli: Cli, shop: str) -> None:
    first = cli("source", "sync", shop)
    assert first.status == 0
    assert "fetched 3 = 3 new + 0 changed" in first.out
    assert "1 linked, 2 created" in first.out
    again = cli("source", "sync", shop, "--json").json
    assert again["state"] == "succeeded"
    counts = again["receipt"]
    assert counts["fetched"] == sum(counts[name] for name in COUNTED)
    assert counts["new"] == 0


def test_runs_are_listed_newest_first(cli: Cli, shop: str) -> None:
    cli("source", "sync", shop)
    cli("source", "sync", shop)
    listed = cli("source", "runs", shop, "--json").json["sync_runs"]
    assert [run["id"] for run in listed] == [2, 1]
    lines = cli("source", "runs").out.splitlines()
    assert lines[0].split() == [
        *("run", "source", "state", "fetched", "new", "changed", "unchanged", "rejected"),
        "deleted",
    ]
    assert lines[2].split() == ["1", "shop", "succeeded", "3", "3", "0", "0", "0", "0"]


def test_a_failed_sync_says_why_in_its_run_too(cli: Cli, shop: str, table: Path) -> None:
    table.unlink()
    failed = cli("source", "sync", shop)
    assert failed.status == 1
    assert str(table) in failed.out
    assert str(table) in cli("source", "runs").out
    assert "shop is paused: " in cli("source", "list").out


STRICT = """version: 1
connector: file
streams:
  "*":
    records:
      - entity: person
        fields: {name: 氏名, birth_date: {path: 生年月日, apply: [date]}}
"""


def test_what_was_rejected_is_listed_and_replayed(cli: Cli, table: Path, tmp_path: Path) -> None:
    mapping = tmp_path / "strict.yaml"
    mapping.write_text(STRICT, encoding="utf-8")
    options = ["--connector", "file", "--set", f"path={table}", "--mapping", mapping]
    cli("source", "add", "strict", *options)
    assert "+ 1 rejected" in cli("source", "sync", "strict").out

    (rejected,) = cli("source", "rejected", "strict", "--json").json["rejected"]
    assert (rejected["code"], rejected["field"]) == ("not_a_date", "birth_date")
    assert "not_a_date" in cli("source", "rejected", "strict").out
    assert cli("source", "replay", "strict", "--json").json == {"mapped": 1, "rejected": 1}
    everything = cli("source", "replay", "strict", "--all").out
    assert everything == "3 records mapped again, 1 rejected still.\n"


def test_a_source_is_paused_resumed_and_removed(cli: Cli, shop: str) -> None:
    assert cli("source", "pause", shop, "--json").json == {"paused": shop}
    assert "paused by hand" in cli("source", "list").out
    assert cli("source", "resume", shop, "--json").json == {"resumed": shop}
    assert "active" in cli("source", "list").out
    assert cli("source", "remove", shop, "--json").json == {"removed": shop}
    assert cli("source", "list", "--json").json == {"sources": []}


def test_the_tables_of_a_database_get_a_mapping_too(cli: Cli, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/crm.sqlite"
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("create table people (id integer primary key, name text)"))
        connection.execute(text("insert into people (name) values ('Anna Jones')"))
    engine.dispose()
    streams = "streams=[{name: people, table: people, primary_key: [id]}]"
    options = ["--connector", "sql", "--set", f"url={url}", "--set", streams]
    added = cli("source", "add", "crm", *options)
    assert added.status == 0, added.err
    assert "fetched 1 = 1 new" in cli("source", "sync", "crm").out


def test_connectors_are_listed_in_both_languages(cli: Cli) -> None:
    listed = cli("connectors", "list", "--json").json["connectors"]
    line = next(spec for spec in listed if spec["name"] == "line")
    assert line["pushes"] is True
    assert "channel_secret" in line["settings"]["properties"]
    assert "Tryton (stock and purchases)" in cli("connectors", "list").out
    assert line["title"]["ja"] in cli("connectors", "list", "--lang", "ja").out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["check", "nobody"], "nobody"),
        (["discover", "nobody"], "nobody"),
        (["preview", "nobody"], "nobody"),
        (["sync", "nobody"], "nobody"),
        (["runs", "nobody"], "nobody"),
        (["rejected", "nobody"], "nobody"),
        (["replay", "nobody"], "nobody"),
        (["pause", "nobody"], "nobody"),
        (["resume", "nobody"], "nobody"),
        (["remove", "nobody"], "nobody"),
        (["add", "x", "--connector", "fax"], "Known: airbyte, erpnext"),
        (["add", "X Y", "--connector", "line"], "lower-case letters"),
        (["add", "x", "--connector", "file", "--set", "path=/nowhere.csv"], "/nowhere.csv"),
        (["add", "x", "--connector", "file", "--set", "path"], "key=value"),
        (["add", "x", "--connector", "file", "--config", "/none.yaml"], "/none.yaml"),
        (["add", "x", "--connector", "line"], "channel_secret"),
        (["add", "x", "--connector", "tryton", "--every", "0"], "at least one second"),
        (["add", "x", "--connector", "tryton", "--cron", "6"], "five fields"),
        (["add", "x", "--connector", "tryton", "--mapping", "/none.yaml"], "/none.yaml"),
    ],
)
def test_what_cannot_be_done_is_said(cli: Cli, words: list[str], says: str) -> None:
    told = cli("source", *words)
    assert told.status == 1
    assert says in told.err
    assert "Traceback" not in told.err
    assert not told.out
    as_json: Any = cli("source", *words, "--json")
    assert as_json.status == 1
    assert says in as_json.json["error"]["message"]


def test_a_wrong_mapping_is_told_by_file_and_line(cli: Cli, table: Path, tmp_path: Path) -> None:
    mapping = tmp_path / "own.yaml"
    mapping.write_text(STRICT.replace("fields", "feilds"), encoding="utf-8")
    options = ["--connector", "file", "--set", f"path={table}", "--mapping", mapping]
    assert f"{mapping}:6" in cli("source", "add", "x", *options).err
