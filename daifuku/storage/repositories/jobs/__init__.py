"""The queue of record: brokers carry ids, these rows are the truth."""

from daifuku.storage.repositories.jobs.following import ask_otherwise, follow_up_with, live_ones
from daifuku.storage.repositories.jobs.leasing import claim, finish, put_back, renew
from daifuku.storage.repositories.jobs.looking import get, in_states, live
from daifuku.storage.repositories.jobs.mending import cancel, clean, discard, revive
from daifuku.storage.repositories.jobs.queueing import (
    any_ready,
    enqueue,
    enqueue_all,
    to_nudge,
    unfinished,
)
from daifuku.storage.repositories.jobs.rows import (
    DISCARDED,
    DONE,
    FAILED,
    LIVE,
    PARKED,
    QUEUED,
    RUNNING,
    Job,
)

__all__ = [
    "DISCARDED",
    "DONE",
    "FAILED",
    "LIVE",
    "PARKED",
    "QUEUED",
    "RUNNING",
    "Job",
    "any_ready",
    "ask_otherwise",
    "cancel",
    "claim",
    "clean",
    "discard",
    "enqueue",
    "enqueue_all",
    "finish",
    "follow_up_with",
    "get",
    "in_states",
    "live",
    "live_ones",
    "put_back",
    "renew",
    "revive",
    "to_nudge",
    "unfinished",
]
