"""`daifuku run` and what `daifuku source` says of runs."""

from pathlib import Path

import pytest

from tests.support.commandline import Cli


def test_a_run_is_shown_by_stream_with_its_log(cli: Cli, shop: str) -> None:
    cli("source", "sync", shop)

    shown = cli("run", "show", "1").out
    log = cli("run", "log", "1", "--follow").out

    assert "run 1 of shop: succeeded" in shown
    assert "fetched 3 = 3 new + 0 changed" in shown
    assert "reads from the beginning." in log
    assert log.splitlines()[-1].endswith("0 deleted.")
    assert cli("run", "show", "1", "--json").json["advice"] is None


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", ["your move", "Mend the settings"]), ("ja", ["要対応", "設定を直し"])],
)
def test_what_went_wrong_is_said_with_the_next_step(
    cli: Cli, shop: str, table: Path, lang: str, words: list[str]
) -> None:
    table.unlink()
    cli("source", "sync", shop)

    syncing = ["source", "sync", shop]
    for command in (["run", "show", "1"], ["source", "show", shop], syncing):
        shown = cli(*command, "--lang", lang).out
        assert str(table) in shown
        assert all(word in shown for word in words)
        assert "daifuku source resume shop" in shown


def test_a_run_is_shown_in_japanese(cli: Cli, shop: str) -> None:
    synced = cli("source", "sync", shop, "--lang", "ja").out
    shown = cli("run", "show", "1", "--lang", "ja").out
    assert synced.startswith(
        "実行 1 成功: 取得 3 = 新規 3 + 変更 0 + 変更なし 0 + 却下 0 + 抑止 0\n"
    )
    assert shown.startswith("shop の実行 1: 成功\n")
    assert "ストリーム  状態  取得  新規" in shown
    assert "稼働中" in cli("source", "show", shop, "--lang", "ja").out


@pytest.mark.parametrize("words", ["sync", "run-now"])
def test_a_stream_that_is_not_there_is_refused_and_makes_no_run(cli: Cli, words: str) -> None:
    """A slip of the pen is no failure of the source, of which people are told."""
    tokens = ["--set", "channel_access_token=x", "--set", "channel_secret=y"]
    cli("source", "add", "line", "--connector", "line", *tokens)
    told = cli("source", words, "line", "--stream", "folowers")
    assert (told.status, "Known: followers, events." in told.err) == (1, True)
    assert cli("source", "runs", "--json").json == {"sync_runs": []}
    assert cli("incidents").out == "Nothing is amiss.\n"


def test_a_run_that_has_ended_cannot_be_cancelled(cli: Cli, shop: str) -> None:
    cli("source", "sync", shop)

    refused = cli("run", "cancel", "1")

    assert refused.status == 1
    assert "has ended already: it succeeded" in refused.err


def test_watching_ends_when_no_run_goes_on(cli: Cli, shop: str) -> None:
    cli("source", "sync", shop)

    assert "checkpoints" in cli("source", "runs", shop, "--watch").out


def test_a_full_re_sync_reads_all_again_and_deletes_what_is_gone(
    cli: Cli, shop: str, table: Path
) -> None:
    cli("source", "sync", shop)
    assert "fetched 0 " in cli("source", "sync", shop).out

    assert (
        "fetched 3 = 0 new + 0 changed + 3 unchanged" in cli("source", "sync", shop, "--full").out
    )
    since = cli("source", "sync", shop, "--since", "2024-01-01")
    assert "fetched 3 " in since.out
    assert "cannot begin at a date" in cli("run", "log", "4").out
    assert table.exists()


def test_a_date_that_is_none_is_refused(cli: Cli, shop: str) -> None:
    refused = cli("source", "sync", shop, "--since", "yesterday")

    assert (refused.status, "is no date" in refused.err) == (1, True)


def test_drift_and_deliveries_of_a_source_without_any(cli: Cli, shop: str) -> None:
    cli("source", "sync", shop)

    assert cli("source", "drift", shop, "--json").json["changes"] == []
    assert cli("source", "accept-drift", shop, "customers").status == 1
    assert "0 deliveries" in cli("source", "replay-deliveries", shop).out
