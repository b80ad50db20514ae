"""What each primitive of the kernel means, in numpy and RapidFuzz."""

from identity.kernel.reference.components import connected
from identity.kernel.reference.contraction import contract_many
from identity.kernel.reference.pairs import candidate_pairs, pairs_within
from identity.kernel.reference.texts import jaro_winkler, levenshtein, osa

__all__ = [
    "candidate_pairs",
    "connected",
    "contract_many",
    "jaro_winkler",
    "levenshtein",
    "osa",
    "pairs_within",
]
