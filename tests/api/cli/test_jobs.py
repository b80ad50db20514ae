"""`daifuku jobs` and when sources run: queued, looked at, tried again, discarded."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from daifuku.storage.engine import Store, open_store
from daifuku.storage.repositories import attempts, jobs
from tests.support.commandline import Cli


@pytest.fixture
def store(home: Path) -> Store:
    return open_store(f"sqlite:///{home}/daifuku.sqlite")


def park(store: Store, job_id: int) -> None:
    now = datetime.now(UTC)
    with store.write() as tx:
        job = jobs.claim(tx, job_id, now=now, lease_until=now)
        assert job is not None
        attempts.begin(tx, job_id, job.attempt, "host:1:abc", now)
        attempts.end(tx, job_id, job.attempt, outcome="parked", at=now, error="502.")
        jobs.finish(tx, job_id, job.attempt, state=jobs.PARKED, at=now, error="502.")
    store.close()


class TestNow:
    def test_a_sync_is_queued_with_what_was_asked(self, cli: Cli, shop: str, store: Store) -> None:
        queued = cli("source", "run-now", shop, "--since", "2026-04-01", "--stream", "customers")
        assert queued.out == "A sync of shop is queued as job 1.\n"
        with store.read() as tx:
            job = jobs.get(tx, 1)
        assert job is not None
        assert job.args["source"] == shop
        assert job.args["streams"] == ["customers"]
        assert str(job.args["since"]).startswith("2026-04-01")
        store.close()

    def test_after_another_one(self, cli: Cli, shop: str, store: Store) -> None:
        cli("source", "run-now", shop)
        assert cli("source", "run-now", shop).out == "A sync of shop is queued as job 1.\n"
        full = cli("source", "run-now", shop, "--full")
        assert full.out == "Another sync of shop comes first, as job 1; yours follows it.\n"
        assert "follows it" in cli("jobs", "show", 1).out
        assert cli("source", "run-now", shop, "--json").json["follows"] is False
        with store.write() as tx:
            jobs.discard(tx, 1, datetime.now(UTC))
            after = jobs.live(tx, "sync:shop")
        assert after is not None
        assert after.args["full"]
        store.close()

    def test_it_is_said_what_one_waits_for(self, cli: Cli, shop: str, store: Store) -> None:
        cli("source", "run-now", shop)
        now = datetime.now(UTC)
        with store.write() as tx:
            jobs.claim(tx, 1, now=now, lease_until=now)
            jobs.put_back(tx, 1, 1, due_at=now + timedelta(hours=1), failures=1)
        assert "daifuku jobs retry 1" in cli("source", "run-now", shop).out
        store.close()

    def test_a_source_that_is_not_there(self, cli: Cli) -> None:
        assert "no source named 'none'" in cli("source", "run-now", "none").err


class TestJobs:
    def test_what_was_given_up_is_shown_with_its_story_and_tried_again(
        self, cli: Cli, shop: str, store: Store
    ) -> None:
        cli("source", "run-now", shop)
        park(store, 1)
        assert "parked" in cli("jobs", "list", "--state", "parked").out
        shown = cli("jobs", "show", 1).out
        assert "job 1: sync shop is parked" in shown
        assert "host:1:abc" in shown
        assert "daifuku jobs retry 1" in shown
        assert cli("jobs", "retry", 1).out == "Job 1 is queued.\n"
        (job,) = cli("jobs", "list", "--json").json["jobs"]
        assert (job["state"], job["failures"]) == ("queued", 0)

    def test_a_job_is_discarded_once(self, cli: Cli, shop: str) -> None:
        cli("source", "run-now", shop)
        assert cli("jobs", "discard", 1).status == 0
        assert cli("jobs", "list", "--json").json["jobs"] == []
        again = cli("jobs", "discard", 1)
        assert again.status == 1
        assert "Job 1 is discarded" in again.err

    def test_a_job_that_is_not_there(self, cli: Cli) -> None:
        for word in ("show", "retry", "discard"):
            assert "There is no job 7" in cli("jobs", word, 7).err


class TestSchedule:
    def test_it_is_told_with_the_next_runs(self, cli: Cli, shop: str) -> None:
        words = ("--cron", "0 3 * * *", "--jitter", "10m", "--catch-up", "skip")
        shown = cli("source", "schedule", shop, *words).out.splitlines()
        assert shown[0] == (
            "shop runs at 0 3 * * * (Asia/Tokyo), up to 10 minutes late; what was missed is"
            " left out."
        )
        assert len(shown) == 2 + 5
        assert all("03:0" in line and "JST" in line for line in shown[2:])

    def test_it_is_told_in_japanese(self, cli: Cli, shop: str) -> None:
        cli("source", "schedule", shop, "--every", "15m")
        shown = cli("source", "schedule", shop, "--lang", "ja").out
        assert "shop は 15分ごとに動きます。逃した回は 1 回の実行で取り戻します。" in shown
        assert "分" in shown.splitlines()[2]

    def test_it_is_taken_away(self, cli: Cli, shop: str) -> None:
        cli("source", "schedule", shop, "--every", "1d")
        shown = cli("source", "schedule", shop, "--off").out
        assert shown == "shop has no schedule: it runs when asked.\n"

    def test_a_paused_source_has_no_next_run(self, cli: Cli, shop: str) -> None:
        cli("source", "schedule", shop, "--every", "2h")
        cli("source", "pause", shop)
        shown = cli("source", "schedule", shop)
        assert shown.out.endswith("It is paused: paused by hand\n")
        assert cli("source", "schedule", shop, "--json").json["next_runs"] == []

    @pytest.mark.parametrize("span", ["", "fifteen", "15 w", "-5m"])
    def test_a_span_that_cannot_be_read(self, cli: Cli, shop: str, span: str) -> None:
        ended = cli("source", "schedule", shop, f"--every={span}" if span else "--every=x")
        assert "no span of time" in ended.err
