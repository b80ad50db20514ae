"""The inner loop of resolution: primitives over arrays of rows and pairs.

Each has a readable reference (`reference/`) and, where a C++ compiler was at hand when the package
was built, a native twin (`native/`) that gives the same result bit for bit on as many threads as
the machine has. DAIFUKU_KERNEL=reference keeps to the reference. All are pure.
"""

from typing import Literal

from identity.kernel import reference
from identity.kernel.arrays import NO_PAIRS, Keys, Pairs, Relations, Texts
from identity.kernel.library import load
from identity.kernel.native import Native
from identity.kernel.reference import pairs_within

__all__ = [
    "NO_PAIRS",
    "Keys",
    "Pairs",
    "Relations",
    "Texts",
    "candidate_pairs",
    "connected",
    "contract_many",
    "doubts",
    "implementation",
    "jaro_winkler",
    "levels",
    "levenshtein",
    "osa",
    "pairs_within",
    "patterns",
    "sums",
]

_library = load()
_native = Native(_library) if _library else None


def implementation() -> Literal["native", "reference"]:
    """Which of the two is used."""
    return "native" if _native else "reference"


candidate_pairs = _native.candidate_pairs if _native else reference.candidate_pairs
connected = _native.connected if _native else reference.connected
contract_many = _native.contract_many if _native else reference.contract_many
doubts = _native.doubts if _native else reference.doubts
jaro_winkler = _native.jaro_winkler if _native else reference.jaro_winkler
levels = _native.levels if _native else reference.levels
levenshtein = _native.levenshtein if _native else reference.levenshtein
osa = _native.osa if _native else reference.osa
patterns = _native.patterns if _native else reference.patterns
sums = _native.sums if _native else reference.sums
