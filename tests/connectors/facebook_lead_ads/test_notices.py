"""A notice of Meta has the lead read at once, whatever the schedule."""

from daifuku.records import Receipt
from daifuku.storage.engine import Store
from daifuku.storage.repositories import jobs, runs, sources
from daifuku.storage.repositories.jobs import Job
from sync.inbox import receive
from sync.jobs.execute import Executor
from sync.sources import add_source
from tests.connectors.facebook_lead_ads.simulator import LeadAdsSimulator, lead
from tests.support.jobs import NOW
from tests.support.scripted import BOX


def notify(store: Store, page: LeadAdsSimulator, number: int) -> None:
    headers, body = page.delivery(number)
    receive(store, BOX, "ads", headers, body)


def sync_job(store: Store) -> Job | None:
    with store.read() as tx:
        return jobs.live(tx, "sync:ads")


def test_the_lead_is_read_by_a_run_that_its_notice_asked_for(store: Store) -> None:
    with LeadAdsSimulator({"501": [lead(1), lead(2)]}) as page:
        add_source(store, BOX, "ads", "facebook_lead_ads", page.config())
        for number in (1, 2, 2):
            notify(store, page, number)
        job = sync_job(store)
        assert job is not None
        Executor(store, BOX, 30.0).execute(job.id)
    with store.read() as tx:
        (run,) = runs.latest(tx, "ads")
    assert (run.streams, run.receipt) == ({"leads": "complete"}, Receipt(fetched=2, new=2))
    assert sync_job(store) is None


def test_one_that_comes_during_a_run_has_another_follow(store: Store) -> None:
    with LeadAdsSimulator({"501": [lead(1)]}) as page:
        add_source(store, BOX, "ads", "facebook_lead_ads", page.config())
        notify(store, page, 1)
        job = sync_job(store)
        assert job is not None
        with store.write() as tx:
            jobs.claim(tx, job.id, now=job.due_at, lease_until=NOW)
        notify(store, page, 2)
        running = sync_job(store)
    assert running is not None
    assert running.follow_up == {"source": "ads", "streams": ["leads"]}


def test_a_paused_source_is_left_alone(store: Store) -> None:
    with LeadAdsSimulator({"501": [lead(1)]}) as page:
        add_source(store, BOX, "ads", "facebook_lead_ads", page.config())
        with store.write() as tx:
            sources.pause(tx, "ads", "wrong token", NOW)
        notify(store, page, 1)
    assert sync_job(store) is None
