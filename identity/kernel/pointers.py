"""How arrays are handed to the native kernel: by where their numbers begin."""

import ctypes
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from identity.kernel.arrays import Ints, Texts
from identity.tabular.program import Program

_PROGRAM = {
    "ops": np.int32,
    "first": np.int32,
    "second": np.int32,
    "thresholds": np.float64,
    "clauses": np.int32,
    "rungs": np.int32,
    "numbers": np.uint8,
    "comparisons": np.int32,
}
"""The arrays of a program, in the library's order."""


class RelationsAt(ctypes.Structure):
    _fields_: ClassVar = [
        ("share", ctypes.c_void_p),
        ("seen", ctypes.c_void_p),
        ("kept", ctypes.c_void_p),
        ("count", ctypes.c_int64),
    ]


class ColumnAt(ctypes.Structure):
    _fields_: ClassVar = [
        ("ids", ctypes.c_void_p),
        ("chars", ctypes.c_void_p),
        ("starts", ctypes.c_void_p),
        ("width", ctypes.c_int32),
    ]


class ProgramAt(ctypes.Structure):
    _fields_: ClassVar = [
        *((name, ctypes.c_void_p) for name in _PROGRAM),
        ("comparison_count", ctypes.c_int64),
    ]


def at(array: npt.NDArray[Any]) -> int:
    """Where an array's numbers begin."""
    return array.ctypes.data


def all_at(arrays: Sequence[npt.NDArray[Any] | None]) -> ctypes.Array[ctypes.c_void_p]:
    """Where the numbers of each array begin, null for none."""
    begins = [None if array is None else at(array) for array in arrays]
    return (ctypes.c_void_p * len(begins))(*begins)


def program_at(program: Program) -> tuple[ProgramAt, list[npt.NDArray[Any]]]:
    """A program as the library takes it, and the arrays that must outlive the call."""
    held = [np.ascontiguousarray(getattr(program, name), kind) for name, kind in _PROGRAM.items()]
    return ProgramAt(*map(at, held), len(program.comparisons) - 1), held


def columns_at(
    ids: Sequence[Ints], texts: Mapping[int, Texts]
) -> tuple[ctypes.Array[ColumnAt], list[Ints]]:
    """Columns as the library takes them, and the arrays that must outlive the call."""
    held = [np.ascontiguousarray(numbers, np.int32) for numbers in ids]
    columns = (ColumnAt * len(held))()
    for number, (column, numbers) in enumerate(zip(columns, held, strict=True)):
        column.ids = at(numbers)
        if number in texts:
            column.chars, column.starts = at(texts[number].chars), at(texts[number].starts)
            column.width = texts[number].chars.itemsize
    return columns, held
