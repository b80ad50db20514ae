"""Whether stewards have said anything at all: in most stores and batches they have not."""

from collections.abc import Callable
from typing import NamedTuple

from daifuku.storage.driver import ask
from daifuku.storage.engine import Transaction

_ANY = """
SELECT EXISTS (SELECT 1 FROM decided_pair p JOIN decision d ON d.id = p.decision_id
               WHERE d.withdrawn_by IS NULL),
       EXISTS (SELECT 1 FROM pin WHERE ended_at IS NULL)
"""


class Standing(NamedTuple):
    """Whether any decision on a pair is in force, and any pin."""

    decisions: bool
    pins: bool


def ask_standing(tx: Transaction) -> Callable[[], Standing]:
    """Whether stewards' words are in force, once it is called for."""
    answer = ask(tx, _ANY)

    def read() -> Standing:
        ((decisions, pins),) = answer()
        return Standing(bool(decisions), bool(pins))

    return read
