"""Models tried, applied and rolled back by workers: each once, however often one begins with it."""

from datetime import UTC, datetime, timedelta

import pytest

from daifuku.errors import BusyError, ConflictError, NotFoundError
from daifuku.storage.engine import Store
from daifuku.storage.repositories import jobs, shadows
from sync.jobs.execute import Executor
from sync.models import shadow
from sync.models.asked import ask_apply, ask_rollback, ask_try, do_asked
from sync.models.documents import Kind, shipped
from sync.models.force import version_in_force
from tests.support.edited import edited_person
from tests.support.jobs import get
from tests.support.landed import land
from tests.support.parties import person
from tests.support.scripted import BOX

DOCUMENT = edited_person(match=0.99999999)
SHARED = {"emails": ("taro@mail.example.jp",), "birth_date": "1980-04-01"}


@pytest.fixture
def filled(store: Store) -> Store:
    land(store, [person("1", name="山田太郎", **SHARED), person("2", name="山田太郎", **SHARED)])
    return store


def in_force(store: Store) -> str:
    with store.read() as tx:
        return version_in_force(tx, Kind.PERSON)


def test_what_is_asked_for_twice_is_one_job_and_has_one_run(filled: Store) -> None:
    first, second = ask_try(filled, DOCUMENT), ask_try(filled, DOCUMENT)
    assert first == second
    with filled.read() as tx, pytest.raises(NotFoundError):
        shadow.find(tx, first.args["shadow_run"])
    assert Executor(filled, BOX, 30.0).execute(first.id)
    with filled.read() as tx:
        assert shadow.find(tx, "last").id == first.args["shadow_run"]
        assert len(shadows.latest(tx, 10)) == 1


def test_what_a_worker_that_died_had_done_is_not_done_again(filled: Store) -> None:
    other = edited_person(match=0.9999)
    shadow.apply(filled, shadow.try_version(filled, other).id)
    tried = ask_try(filled, DOCUMENT)
    do_asked(filled, tried.args, shadow.quiet)
    do_asked(filled, tried.args, shadow.quiet)
    with filled.read() as tx:
        assert len(shadows.latest(tx, 10)) == 2
    applied = ask_apply(filled, "last")
    do_asked(filled, applied.args, shadow.quiet)
    do_asked(filled, applied.args, shadow.quiet)
    assert in_force(filled) == DOCUMENT.version
    back = ask_rollback(filled, Kind.PERSON)
    do_asked(filled, back.args, shadow.quiet)
    do_asked(filled, back.args, shadow.quiet)
    assert in_force(filled) == other.version


def test_what_cannot_be_done_is_refused_when_it_is_asked_for(filled: Store) -> None:
    with pytest.raises(ConflictError, match="No person version was applied"):
        ask_rollback(filled, Kind.PERSON)
    with pytest.raises(NotFoundError):
        ask_apply(filled, "s_nothing")
    run = shadow.try_version(filled, DOCUMENT)
    shadow.apply(filled, run.id)
    with pytest.raises(ConflictError, match="is applied"):
        ask_apply(filled, run.id)


def test_a_rollback_asked_for_takes_nothing_back_that_came_later(filled: Store) -> None:
    shadow.apply(filled, shadow.try_version(filled, DOCUMENT).id)
    back = ask_rollback(filled, Kind.PERSON)
    later = edited_person(match=0.9999)
    shadow.apply(filled, shadow.try_version(filled, later).id)
    with pytest.raises(ConflictError, match="came into force meanwhile"):
        do_asked(filled, back.args, shadow.quiet)
    assert in_force(filled) == later.version


def test_a_busy_store_puts_it_off(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    job = ask_try(filled, DOCUMENT)

    def busy(*_: object, **__: object) -> None:
        raise BusyError("The store is busy.")

    monkeypatch.setattr(shadow, "try_version", busy)
    assert Executor(filled, BOX, 30.0).execute(job.id)
    after = get(filled, job.id)
    assert (after.state, after.failures) == (jobs.QUEUED, 0)
    assert after.due_at < datetime.now(UTC) + timedelta(minutes=5)


def test_a_shipped_version_can_be_tried(filled: Store) -> None:
    job = ask_try(filled, shipped(Kind.SURVIVORSHIP))
    assert Executor(filled, BOX, 30.0).execute(job.id)
    assert get(filled, job.id).state == jobs.DONE
