"""What to do about an error of a run: whose move it is, and the next step, in both languages."""

from datetime import UTC, datetime, timedelta

import pytest

from daifuku.records import RunState
from daifuku.storage.engine import Store
from daifuku.storage.repositories import jobs, runs, sources
from daifuku.storage.repositories.sources import SourceRow
from sync.advice import MOVES_SHOWN, Language, advice_of_run, advice_on, next_attempt

NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)
KINDS = (
    *("config", "auth_expired", "rate_limited", "transient", "record", "interrupted"),
    *("deletion_brake", "no_records", "volume", "schema_drift", "mapping", "system", "user"),
)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_every_kind_has_a_move_and_a_step_that_names_the_source(kind: str, lang: Language) -> None:
    found = advice_on(kind, source="shop", run=7, lang=lang)

    assert MOVES_SHOWN[lang][found.move]
    assert found.what
    assert "shop" in found.next_step or "7" in found.next_step
    assert "{" not in found.next_step


def test_the_hub_says_when_it_tries_again() -> None:
    found = advice_on("rate_limited", source="shop", run=7, again_at=NOON)

    assert found.move == "hub"
    assert NOON.astimezone().strftime("%Y-%m-%d %H:%M") in found.next_step


def test_where_nothing_is_scheduled_it_is_the_owner_s_move() -> None:
    assert advice_on("transient", source="shop", run=7).move == "you"


def test_a_fault_of_ours_is_to_be_reported() -> None:
    assert advice_on("system", source="shop", run=7).move == "report"


def test_the_next_attempt_is_the_job_s_or_the_schedule_s(store: Store) -> None:
    later = NOON + timedelta(hours=1)
    row = SourceRow(id="shop", connector="file", config={}, next_run_at=later)
    with store.write() as tx:
        sources.add(tx, row, at=NOON)
        assert next_attempt(tx, "shop") == later
        jobs.enqueue(tx, "sync", {}, now=NOON, dedup_key="sync:shop")
        assert next_attempt(tx, "shop") == NOON
        assert next_attempt(tx, "nowhere") is None


def test_a_run_that_ended_well_needs_no_advice(store: Store) -> None:
    with store.write() as tx:
        well = runs.record(tx, "shop", NOON)
        ill = runs.begin(tx, "shop", now=NOON, lease_until=NOON)
        runs.finish(tx, ill, RunState.FAILED, at=NOON, error="Wait.", error_kind="config")

        assert advice_of_run(tx, runs.get(tx, well)) is None
        advice = advice_of_run(tx, runs.get(tx, ill), "ja")

    assert advice is not None
    assert advice.move == "you"
    assert "daifuku source resume shop" in advice.next_step
