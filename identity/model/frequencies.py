"""Term frequencies: how common a value is, frozen with the model's version."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from math import fsum

from japanese_personal_name_dataset import load_dataset

from identity.model.shares import CountedShares
from identity.normalize.kana import kana_key, loose_key, to_katakana
from identity.normalize.text import clean_text, fold_kanji
from identity.scoring.exact import exp2_all, log2, log2_all


@dataclass(frozen=True, slots=True)
class Frequencies:
    """Shares of the population by value; a value not listed has `fallback`.

    No share is taken below `floor`: one wrong rare value must not decide alone. `typical` is
    how likely two strangers bear the same value, 0 where a level's own u says so.
    """

    shares: Mapping[str, float]
    fallback: float
    floor: float
    typical: float = 0.0

    def of(self, value: str) -> float:
        """How likely a stranger bears this value."""
        return max(self.shares.get(value, self.fallback), self.floor)

    def tilt(self, chance: float) -> float:
        """c * log2(typical) - log2(mean of share ** c), in bits, for c = `chance`.

        The mean is over the values that several records bear, drawn as the population's are.
        What turns the weight of a rare value into that of a relation keeps its mean by this.
        0 where values were not counted.
        """
        if not chance or not isinstance(self.shares, CountedShares) or not len(self.shares):
            return 0.0
        shares, parts = self.shares.distinct
        powers = fsum((parts * exp2_all(chance * log2_all(shares))).tolist())
        return chance * log2(self.typical) - log2(powers / fsum(parts.tolist()))


def counted(shares: CountedShares) -> Frequencies:
    """The frequencies of a column that was counted: a value not listed was seen once."""
    once = 1 / max(shares.total, 1)
    return Frequencies(shares, once, once, max(shares.collision, once * once))


@cache
def japanese_surnames() -> Mapping[str, float]:
    """Shares of Japanese surnames by folded kanji, by strict kana key and by loose romaji key.

    Source: the bearers counted in the package `japanese-personal-name-dataset`.
    """
    _, _, family = load_dataset("org", include_last_names=True)
    bearers: Counter[str] = Counter()
    total = 0
    for kanji, entry in family.items():
        count, kana = entry["count"], to_katakana(clean_text(entry["reading"]))
        total += count
        for term in {fold_kanji(clean_text(kanji)), kana_key(kana), loose_key(kana)}:
            bearers[term] += count
    return {term: count / total for term, count in bearers.items()}


SOURCES: Mapping[str, Callable[[], Mapping[str, float]]] = {
    "japanese surnames": japanese_surnames,
}
"""Tables a model can take its frequencies `from`."""
