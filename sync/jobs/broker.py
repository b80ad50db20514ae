"""The broker that carries job ids to workers: in this process, or Redis between many."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import dramatiq
import redis
from dramatiq.brokers.redis import RedisBroker
from dramatiq.brokers.stub import StubBroker
from redis.backoff import ExponentialBackoff
from redis.retry import Retry

QUEUE = "daifuku"

MOST_SENT = 1_000
"""Ids that may be on their way between processes: enough for hundreds of threads, few to lose."""
LEAST_ROOM = 100
"""Ids sent by a beat even so: some of those on their way may have been lost with their worker."""
ANSWER_SECONDS = 15.0
"""How long Redis may take to answer before the connection counts as lost."""


@dataclass(frozen=True, slots=True)
class Carrier:
    """What takes job ids to the workers on a broker."""

    broker: dramatiq.Broker
    send: Callable[[int], None]
    """Sends an id to one of them."""
    room: Callable[[], int]
    """How many ids may be sent now, so that none waits where another worker is free."""


def make_carrier(redis_url: str | None, execute: Callable[[int], Any], *, threads: int) -> Carrier:
    """A broker whose actor does jobs, without retries or time limits: the job's row decides.

    `threads` do them in this process.
    """
    if redis_url is None:
        return _in_process(execute, threads)
    broker = _redis_broker(redis_url)
    size: Callable[[str], int] = broker.do_qsize

    def room() -> int:
        return max(MOST_SENT - size(QUEUE), LEAST_ROOM)

    return Carrier(broker, _actor(broker, execute), room)


def _in_process(execute: Callable[[int], Any], threads: int) -> Carrier:
    """As many ids as there are threads, and as many again: other processes take the rest."""
    broker = StubBroker(middleware=[])
    held, guard = 0, threading.Lock()

    def count(change: int) -> None:
        nonlocal held
        with guard:
            held += change

    def execute_and_count(job_id: int) -> None:
        try:
            execute(job_id)
        finally:
            count(-1)

    deliver = _actor(broker, execute_and_count)

    def send(job_id: int) -> None:
        count(+1)
        deliver(job_id)

    return Carrier(broker, send, lambda: 2 * threads - held)


def _redis_broker(url: str) -> Any:
    """Maintenance is done on each fetch, so that the ids a killed worker held come back after the
    heartbeat timeout and not by chance.
    """
    client = redis.Redis.from_url(
        url,
        socket_connect_timeout=ANSWER_SECONDS,
        socket_timeout=ANSWER_SECONDS,
        socket_keepalive=True,
        retry=Retry(ExponentialBackoff(cap=0.5, base=0.05), retries=2),
    )
    redis_broker: Any = RedisBroker  # its constructor has no types
    return redis_broker(
        client=client,
        middleware=[],
        namespace="daifuku",
        maintenance_chance=1_000_000,
        heartbeat_timeout=60_000,
    )


def _actor(broker: dramatiq.Broker, execute: Callable[[int], Any]) -> Callable[[int], None]:
    """Declares the actor that does jobs; returns what sends a job id to one."""

    def run_job(job_id: int) -> None:
        execute(job_id)

    actor = dramatiq.actor(broker=broker, queue_name=QUEUE)(run_job)

    def send(job_id: int) -> None:
        actor.send(job_id)

    return send
