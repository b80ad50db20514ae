"""Runs over HTTP: how far they are, what happened in them, and how one is ended."""

from datetime import UTC, datetime, timedelta

from daifuku.records import LogLine, Receipt, RunState, StreamPhase, StreamRun
from daifuku.storage.repositories import keys, run_log, runs, states, stream_runs
from daifuku.storage.tables import source
from tests.api.http.conftest import Api


def going_on(api: Api) -> int:
    """A run that is being read."""
    now = datetime.now(UTC)
    receipt = Receipt(fetched=40, new=40)
    with api.store.write() as tx:
        run = runs.begin(tx, "shop", now=now, lease_until=now + timedelta(minutes=1))
        reading = StreamRun(
            stream="customers",
            state=StreamPhase.READING,
            receipt=receipt,
            expected=100,
            rate=20.0,
            checkpoint_at=now,
        )
        stream_runs.begin(tx, run, [reading])
        runs.count(tx, run, receipt, now + timedelta(minutes=1))
        run_log.append(tx, run, [LogLine(now, "info", "It began.", "customers")])
    return run


def test_a_run_tells_how_far_it_is_while_it_goes_on(api: Api) -> None:
    run = going_on(api)

    told = api.client.get(f"/v1/sync-runs/{run}").json()

    assert (told["state"], told["advice"]) == ("running", None)
    stream = told["streams"]["customers"]
    assert (stream["state"], stream["fetched"]) == ("reading", 40)
    assert (stream["expected"], stream["records_per_second"], stream["seconds_left"]) == (
        100,
        20,
        3,
    )


def test_its_log_is_read_on_from_the_last_line_seen(api: Api) -> None:
    run = going_on(api)
    first = api.client.get(f"/v1/sync-runs/{run}/log").json()
    (line,) = first["lines"]

    rest = api.client.get(f"/v1/sync-runs/{run}/log", params={"after": line["id"]}).json()

    assert (line["stream"], line["words"], rest["lines"]) == ("customers", "It began.", [])
    assert api.client.get("/v1/sync-runs/99/log").status_code == 404


def test_a_steward_cancels_it_and_is_named_in_its_log(api: Api) -> None:
    run = going_on(api)

    told = api.client.post(f"/v1/sync-runs/{run}/cancel").json()

    assert (told["state"], told["receipt"]["fetched"]) == ("cancelled", 40)
    assert told["streams"]["customers"]["state"] == "incomplete"
    lines = api.client.get(f"/v1/sync-runs/{run}/log").json()["lines"]
    assert lines[-1]["words"] == "The run was cancelled by tests."
    assert api.client.post(f"/v1/sync-runs/{run}/cancel").status_code == 409


def test_a_key_that_may_only_read_cancels_nothing(api: Api) -> None:
    run = going_on(api)
    with api.store.write() as tx:
        reader = keys.create(tx, "reader", datetime.now(UTC), keys.Scope.READ)

    answer = api.anonymous.post(
        f"/v1/sync-runs/{run}/cancel", headers={"Authorization": f"Bearer {reader}"}
    )

    assert answer.status_code == 403
    with api.store.read() as tx:
        assert runs.get(tx, run).state is RunState.RUNNING


def test_advice_comes_in_the_language_asked_for(api: Api) -> None:
    run = going_on(api)
    with api.store.write() as tx:
        now = datetime.now(UTC)
        runs.finish(tx, run, RunState.FAILED, at=now, error="401.", error_kind="config")

    told = api.client.get(f"/v1/sync-runs/{run}", params={"lang": "ja"}).json()

    assert told["advice"]["move"] == "you"
    assert told["advice"]["what"] == "接続先が設定を受け付けません。"


def test_a_paused_stream_is_accepted(api: Api) -> None:
    now = datetime.now(UTC)
    body = {"connector": "file", "config": b"{}", "created_at": now, "updated_at": now}
    with api.store.write() as tx:
        tx.execute(source.insert().values(id="shop", catch_up="once", jitter_seconds=0, **body))
        states.set_paused(tx, "shop", "customers", "schema_drift", now)
    address = "/v1/sources/shop/streams/customers/accept-drift"

    assert (
        api.client.get("/v1/sources/shop").json()["streams"][0]["paused_reason"] == "schema_drift"
    )
    assert api.client.post(address).json()["paused"] is False
    assert api.client.post(address).status_code == 404
    assert api.client.get("/v1/sources/shop/drift").json() == {"changes": []}
