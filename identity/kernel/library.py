"""Finds and loads the native kernel, and declares what it can be called with."""

import ctypes
import os
import warnings
from ctypes import c_char_p, c_double, c_int32, c_int64, c_void_p
from pathlib import Path
from typing import Any

from identity.kernel.build import LIBRARY, mark, source_digest

ABI = 4
"""The calls below; the library says in `version.cpp` which it answers."""

_CALLS: dict[str, tuple[Any, list[Any]]] = {
    "daifuku_pairs_new": (c_void_p, []),
    "daifuku_pairs_free": (None, [c_void_p]),
    "daifuku_pairs_add": (c_int32, [c_void_p] * 3 + [c_int64, c_int64, c_int32]),
    "daifuku_pairs_find": (c_int32, [c_void_p, c_int64, c_void_p, c_int32]),
    "daifuku_pairs_take": (c_int32, [c_void_p] * 3 + [c_int32]),
    "daifuku_connected": (c_int32, [c_int64, c_void_p, c_void_p, c_int64, c_void_p]),
    "daifuku_contract": (c_int32, [c_int64] + [c_void_p] * 12 + [c_int32]),
    "daifuku_near": (
        c_int32,
        [c_int32, c_int32] + [c_void_p] * 4 + [c_int64, c_double, c_void_p, c_int32],
    ),
    "daifuku_levels": (
        c_int32,
        [c_void_p, c_void_p, c_int64, c_int64, c_void_p, c_void_p, c_int64, c_void_p, c_int32],
    ),
    "daifuku_patterns": (c_int32, [c_void_p, c_int64, c_int64] + [c_void_p] * 3),
    "daifuku_sums": (c_int32, [c_void_p, c_int64, c_void_p] + [c_int64] * 3 + [c_void_p]),
    "daifuku_doubts": (
        c_int32,
        [c_void_p, c_int64, c_void_p, c_void_p, c_int64, c_void_p, c_void_p, c_int32],
    ),
}


def load() -> ctypes.CDLL | None:
    """The native kernel, or None.

    DAIFUKU_KERNEL may say `reference`, or name another library than the one built in place.

    A library of other sources than those beside it is warned of and left alone: it might
    answer otherwise than the reference.
    """
    chosen = os.environ.get("DAIFUKU_KERNEL", "")
    path = Path(chosen) if chosen else LIBRARY
    if chosen == "reference" or not (chosen or path.exists()):
        return None
    try:
        library = ctypes.CDLL(str(path))
    except OSError as error:
        _warn_of(f"it does not load: {error}")
        return None
    fault = _fault_of(library)
    if fault:
        _warn_of(fault)
        return None
    for name, (result, arguments) in _CALLS.items():
        call = getattr(library, name)
        call.restype, call.argtypes = result, arguments
    return library


def threads() -> int:
    """How many threads the machine lets this process run at once."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


def _fault_of(library: ctypes.CDLL) -> str:
    """Why a library cannot be used; empty where it can."""
    try:
        abi, sources = library.daifuku_abi, library.daifuku_sources
    except AttributeError:
        return "it is no kernel of Daifuku"
    abi.restype, sources.restype = c_int32, c_char_p
    if abi() != ABI:
        return f"it answers the calls of version {abi()}, not {ABI}"
    if source_digest() and sources().decode() != mark():
        return "it was built from other sources than those beside it"
    return ""


def _warn_of(reason: str) -> None:
    warnings.warn(
        f"the native kernel is not used, as {reason}. Build it anew with "
        "`python identity/kernel/build.py`; until then the slower reference takes its place.",
        RuntimeWarning,
        stacklevel=3,
    )
