"""What stewards decide, how it is taken back, and what it did."""

from sync.stewardship.commands import (
    answer_task,
    keep_apart,
    merge,
    say_different,
    say_same,
    split_off,
    undo,
    unmerge,
)
from sync.stewardship.deciding import Order
from sync.stewardship.effects import Answer, Effect

__all__ = [
    "Answer",
    "Effect",
    "Order",
    "answer_task",
    "keep_apart",
    "merge",
    "say_different",
    "say_same",
    "split_off",
    "undo",
    "unmerge",
]
