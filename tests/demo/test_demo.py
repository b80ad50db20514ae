"""The demo from an empty home to its result, over the real protocols, and its second start."""

import os
import shutil
from io import StringIO
from pathlib import Path
from typing import Any

import orjson
import pytest
from rich.cells import cell_len
from rich.console import Console

from daifuku.errors import UserError
from daifuku.records import MappedRecord, Receipt
from daifuku.storage.engine import open_store
from daifuku.storage.repositories import profiles
from demo.alone import alone
from demo.measure import golden_records
from demo.report import print_report
from demo.run import run_demo
from demo.values import values_in
from demo.words import words
from demo.world import generate
from demo.world.documents import SOURCES
from demo.world.mapped import mapped_records

PROMISED = (
    "precision",
    "recall",
    "bcubed_f1",
    "source_records",
    "golden_records",
    "review_tasks",
    "receipts",
    "seconds",
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def found(home: Path) -> dict[str, Any]:
    return run_demo(home, seed=8, scale=600, once=True, as_json=True)


def test_it_tells_what_it_promises(found: dict[str, Any]) -> None:
    assert set(PROMISED) <= set(found)
    assert found["source_records"] >= 600


def test_all_five_sources_are_synced_and_every_record_is_accounted_for(
    found: dict[str, Any],
) -> None:
    assert set(found["receipts"]) == set(SOURCES)
    for receipt in (Receipt(**counts) for counts in found["receipts"].values()):
        assert receipt.fetched
        assert receipt.reconciles
        assert receipt.rejected == 0


def test_golden_records_are_true(found: dict[str, Any]) -> None:
    assert found["precision"] >= 0.98
    assert found["recall"] >= 0.85
    assert found["without_truth"] <= 0.01 * found["mapped_records"]


@pytest.mark.usefixtures("found")
def test_surviving_values_are_true(home: Path) -> None:
    store = open_store(f"sqlite:///{home / 'seed-8-scale-600' / 'daifuku.sqlite'}")
    try:
        figures = values_in(store, generate(8, 600))
    finally:
        store.close()
    assert not {at: found for at, found in figures.fields.items() if found.kept < 0.95}
    assert not figures.untidy.total()


def test_examples_bring_sources_together(found: dict[str, Any]) -> None:
    assert len(found["examples"]) == 3
    assert [example["entity"] for example in found["examples"]][-1] == "organization"
    for example in found["examples"]:
        assert len(example["before"]) > 1
        assert example["after"]


def test_a_second_start_syncs_nothing_and_says_the_same(
    found: dict[str, Any], home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database = home / "seed-8-scale-600" / "daifuku.sqlite"
    before = os.stat(database).st_size
    run_demo(home, seed=8, scale=600, once=True, as_json=True)
    assert orjson.loads(capsys.readouterr().out) == found
    assert os.stat(database).st_size == before


def test_the_golden_records_stay_in_the_home(found: dict[str, Any], home: Path) -> None:
    store = open_store(f"sqlite:///{home / 'seed-8-scale-600' / 'daifuku.sqlite'}")
    try:
        assert sum(1 for _ in golden_records(store)) == found["golden_records"]
    finally:
        store.close()


@pytest.mark.usefixtures("found")
def test_tuning_without_servers_sees_what_the_real_path_makes(home: Path) -> None:
    """Mail apart, whose signatures are read, not told."""
    told_records = {r.key: r for r, _ in mapped_records(generate(8, 600)) if r.key.source != "mail"}
    real = {r.key: r for r in _mapped(home) if r.key.source != "mail"}
    assert real.keys() == told_records.keys()
    for key, record in real.items():
        told = told_records[key]
        assert (record.emails, record.phones) == (told.emails, told.phones)
        assert record.addresses == told.addresses
        assert set(record.identifiers) == set(told.identifiers)


def test_a_start_that_was_cut_short_begins_again(
    found: dict[str, Any], home: Path, tmp_path: Path
) -> None:
    shutil.copytree(home, tmp_path, dirs_exist_ok=True)
    (tmp_path / "seed-8-scale-600" / "result.json").write_bytes(b"{")
    again = run_demo(tmp_path, seed=8, scale=600, once=True, as_json=True)
    left_out = {"seconds": 0, "examples": []}
    assert {**again, **left_out} == {**found, **left_out}


def test_a_fresh_start_begins_anew(tmp_path: Path) -> None:
    kept = tmp_path / "seed-8-scale-50" / "result.json"
    kept.parent.mkdir()
    kept.write_text('{"golden_records": -1}')
    assert run_demo(tmp_path, seed=8, scale=50, once=True, fresh=True)["golden_records"] > 0


def test_two_demos_of_one_world_do_not_disturb_each_other(home: Path) -> None:
    with alone(home / "seed-8-scale-600"), pytest.raises(UserError, match="running already"):
        run_demo(home, seed=8, scale=600, once=True)


def test_it_speaks_japanese(
    found: dict[str, Any], home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_demo(home, seed=8, scale=600, once=True, lang="ja") == found
    assert "適合率" in capsys.readouterr().out


@pytest.mark.parametrize("language", ["en", "ja"])
def test_80_columns_show_everything(found: dict[str, Any], language: str) -> None:
    screen = StringIO()
    print_report(Console(file=screen, width=80), found, words(language))
    assert "…" not in screen.getvalue()
    assert max(map(cell_len, screen.getvalue().splitlines())) <= 80
    shown = "".join(screen.getvalue().split())
    for receipt in found["receipts"].values():
        assert f"{receipt['fetched']:,}" in shown
    for row in (row for example in found["examples"] for row in example["before"]):
        assert all("".join(name.split()) in shown for name in (row["record"], row["name"]))


def test_it_shows_what_looks_like_markup_as_it_is(found: dict[str, Any]) -> None:
    row = dict.fromkeys(found["examples"][0]["before"][0], "") | {"name": "[bold]山田[/bold]"}
    example = found["examples"][0] | {"before": [row]}
    screen = StringIO()
    print_report(Console(file=screen, width=80), found | {"examples": [example]}, words("en"))
    assert "[bold]山田[/bold]" in screen.getvalue()


def _mapped(home: Path) -> list[MappedRecord]:
    store = open_store(f"sqlite:///{home / 'seed-8-scale-600' / 'daifuku.sqlite'}")
    try:
        with store.read() as tx:
            return [
                stored.record
                for golden in golden_records(store)
                for stored in profiles.members(tx, golden.id)
            ]
    finally:
        store.close()
