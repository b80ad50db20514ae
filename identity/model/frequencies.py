"""Term frequencies: how common a value is, frozen with the model's version."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from japanese_personal_name_dataset import load_dataset

from identity.normalize.kana import kana_key, loose_key, to_katakana
from identity.normalize.text import clean_text, fold_kanji


@dataclass(frozen=True, slots=True)
class Frequencies:
    """Shares of the population by value; a value not listed has `fallback`.

    No share is taken below `floor`: one wrong rare value must not decide alone.
    """

    shares: Mapping[str, float]
    fallback: float
    floor: float

    def of(self, value: str) -> float:
        """How likely a stranger bears this value."""
        return max(self.shares.get(value, self.fallback), self.floor)


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
