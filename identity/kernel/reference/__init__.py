"""What each primitive of the kernel means, in numpy and RapidFuzz."""

from identity.kernel.reference.components import connected
from identity.kernel.reference.contraction import contract_many
from identity.kernel.reference.levels import levels
from identity.kernel.reference.pairs import candidate_pairs, pairs_within
from identity.kernel.reference.patterns import patterns
from identity.kernel.reference.relations import doubts
from identity.kernel.reference.sums import sums
from identity.kernel.reference.texts import jaro_winkler, levenshtein, osa

__all__ = [
    "candidate_pairs",
    "connected",
    "contract_many",
    "doubts",
    "jaro_winkler",
    "levels",
    "levenshtein",
    "osa",
    "pairs_within",
    "patterns",
    "sums",
]
