"""Models on the command line: checked, trained, measured, named by doctor."""

from pathlib import Path

import pytest

from sync.models import documents
from sync.models.documents import Kind, read, shipped
from tests.support.commandline import Cli
from tests.support.tables import PEOPLE

TRUTH = "source,stream,external_id,entity\nshop,customers,A1,t\nshop,customers,A2,t\n"


def test_a_model_at_fault_is_told_with_file_and_line(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(shipped(Kind.PERSON).text.replace("cap: 60", "cap: some", 1))
    ended = cli("model", "check", file, "--json")
    assert ended.status == 1
    assert "mine.yaml:" in ended.json["faults"][0]
    assert "whole number" in ended.json["faults"][0] or "A number" in ended.json["faults"][0]


def test_a_model_of_a_table_is_checked_too(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "people.yaml"
    file.write_text(PEOPLE)
    assert cli("model", "check", file).out.startswith(f"{file} is valid: a model of a table, ")
    file.write_text(PEOPLE.replace("same: [born]", "same: [birth]"))
    ended = cli("model", "check", file)
    assert (ended.status, "'birth' is not known here" in ended.err) == (1, True)


def test_a_model_is_trained_measured_and_compared(cli: Cli, shop: str, tmp_path: Path) -> None:
    assert cli("source", "sync", shop).status == 0
    trained = cli("model", "train", "person", "--version-name", "mine", "--json").json["version"]
    truth, page = tmp_path / "truth.csv", tmp_path / "page.html"
    truth.write_text(TRUTH)
    ended = cli("model", "evaluate", trained, "--truth", truth, "--chart", page, "--json")
    assert ended.status == 0, ended.out
    report = ended.json
    assert (report["judged"], report["recall"], report["precision"]) == (2, 1, 1)
    assert "<svg" in page.read_text()
    both = cli("model", "compare", "person", trained, "--truth", truth, "--json").json
    assert both["agreement"] == 1


def test_measuring_needs_something_that_is_known(cli: Cli, shop: str, tmp_path: Path) -> None:
    assert cli("source", "sync", shop).status == 0
    assert "Give the truth with --truth FILE" in cli("model", "evaluate").err
    truth = tmp_path / "truth.csv"
    truth.write_text("source,stream\n")
    assert "no column 'external_id'" in cli("model", "evaluate", "--truth", truth).err
    truth.write_text(TRUTH.replace("shop,", "elsewhere,"))
    assert "None of the 2 records" in cli("model", "evaluate", "--truth", truth).err


def test_the_truth_may_come_in_any_japanese_encoding(cli: Cli, shop: str, tmp_path: Path) -> None:
    assert cli("source", "sync", shop).status == 0
    truth = tmp_path / "truth.csv"
    truth.write_bytes(TRUTH.replace(",t\n", ",山田\n").encode("cp932"))
    assert cli("model", "evaluate", "--truth", truth, "--json").json["judged"] == 2


def test_doctor_names_a_newer_shipped_model_and_the_command_to_try_it(
    cli: Cli, shop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cli("source", "sync", shop).status == 0
    text = shipped(Kind.PERSON).text.replace("prior: 0.", "prior: 0.0")
    newer = read(text, "person.yaml")
    monkeypatch.setitem(documents._SHIPPED, Kind.PERSON, newer)
    said = cli("doctor").out
    assert f"daifuku model try {newer.version}" in said
    assert cli("model", "try", newer.version, "--json").json["version"] == newer.version


def test_doctor_says_that_records_are_yet_to_be_described_by_this_version(
    cli: Cli, shop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cli("source", "sync", shop).status == 0
    assert "All are described by this version." in cli("doctor").out
    with monkeypatch.context() as upgraded:
        upgraded.setattr("sync.models.force.description", lambda: "1000000")
        upgraded.setattr("sync.models.anew.description", lambda: "1000000")
        assert "yet to be described by this version" in cli("doctor").out
        assert cli("resolve", "--json").json["resolved"] == 0
        assert "All are described by this version." in cli("doctor").out
    refused = cli("resolve")
    assert (refused.status, "daifuku resolve --anew" in refused.err) == (1, True)
    assert cli("resolve", "--anew").status == 0
    assert "All are described by this version." in cli("doctor").out


def test_rules_are_tried_and_a_model_is_none(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(shipped(Kind.SURVIVORSHIP).text)
    assert cli("rules", "try", file, "--json").json["changes"]["change"] == 0
    file.write_text(shipped(Kind.PERSON).text)
    assert "is a match model" in cli("rules", "try", file).err
