"""The broker that carries job ids to workers: in this process, or Redis between many."""

from collections.abc import Callable
from typing import Any

import dramatiq
from dramatiq.brokers.redis import RedisBroker
from dramatiq.brokers.stub import StubBroker

QUEUE = "daifuku"


def make_broker(redis_url: str | None) -> dramatiq.Broker:
    """A broker without retries or time limits of its own: the job's row decides on both.

    On Redis, maintenance is done on each fetch, so that the ids a killed worker held come
    back after the heartbeat timeout and not by chance.
    """
    if redis_url is None:
        return StubBroker(middleware=[])
    redis_broker: Any = RedisBroker  # its constructor has no types
    broker: dramatiq.Broker = redis_broker(
        url=redis_url,
        middleware=[],
        namespace="daifuku",
        maintenance_chance=1_000_000,
        heartbeat_timeout=60_000,
    )
    return broker


def job_actor(broker: dramatiq.Broker, execute: Callable[[int], Any]) -> Callable[[int], None]:
    """Declares the actor that does jobs; returns what sends a job id to one."""

    def run_job(job_id: int) -> None:
        execute(job_id)

    actor = dramatiq.actor(broker=broker, queue_name=QUEUE)(run_job)

    def send(job_id: int) -> None:
        actor.send(job_id)

    return send
