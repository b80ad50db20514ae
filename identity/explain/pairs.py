"""Why two records are, or are not, one: the waterfall of a pair, and in words."""

from collections.abc import Mapping, Sequence
from typing import Literal

from daifuku.records import Band, Comparison, MappedRecord, PairScore
from identity.explain.rounded import rounded_terms
from identity.explain.terms import BANDS, FIELDS, LEVELS, RELATIONS, RULES, SENTENCES, WHY
from identity.explain.why import Reason, SharedKey, blocked
from identity.features import features
from identity.model.types import Model
from identity.scoring.comparator import MISSING
from identity.scoring.score import RELATION, score_pair

Language = Literal["en", "ja"]


def explain(a: MappedRecord, b: MappedRecord, model: Model) -> PairScore:
    """The score of two mapped records under `model`."""
    return score_pair(features(a), features(b), model)


def describe(score: PairScore, language: Language = "en") -> list[str]:
    """The score in sentences: the verdict, then what speaks for and against, strongest first.

    It shows the normalised values compared: personal data, for stewards' eyes.
    """
    words = SENTENCES[language]
    prior, shown = shown_weights(score, 1)
    verdict = words["verdict"].format(
        band=BANDS[language][Band(score.band)],
        percent=_percent(score.probability),
        weight=f"{round(score.weight, 1) + 0.0:+.1f}",
        prior=f"{prior:+.1f}",
    )
    said = [
        (line, weight)
        for line, weight in zip(score.comparisons, shown, strict=True)
        if line.level != MISSING
    ]
    said.sort(key=lambda told: (-abs(told[0].weight), told[0].field))
    missing = [
        _word(FIELDS, language, line.field)
        for line in score.comparisons
        if line.level == MISSING and line.field != RELATION
    ]
    lines = [verdict, *(_sentence(line, weight, language) for line, weight in said)]
    if missing:
        lines.append(words["missing"].format(fields=words["and"].join(missing)))
    return lines


def shown_weights(score: PairScore, digits: int) -> tuple[float, list[float]]:
    """The prior's and the comparisons' weights, rounded so that they sum to the pair's, rounded."""
    terms = [score.prior_weight, *(line.weight for line in score.comparisons)]
    prior, *weights = rounded_terms(terms, score.weight, digits)
    return prior, weights


def describe_blocking(keys: Sequence[SharedKey], language: Language = "en") -> str:
    """What brought a pair up, or why nothing did."""
    words, found = WHY[language], blocked(keys)
    shown = [key for key in keys if key.active or found != "compared"]
    rules = [
        words["key"].format(
            rule=_word(RULES, language, key.rule), bearers=_bearers(key), cap=key.cap
        )
        for key in shown
    ]
    return words[found].format(rules=SENTENCES[language]["and"].join(dict.fromkeys(rules)))


def describe_apart(reason: Reason, model: Model, language: Language = "en") -> list[str]:
    """What keeps two groups of records apart."""
    words = WHY[language]
    best = max((voice.weight for voice in reason.voices), default=0.0)
    said = words[reason.kind].format(
        total=f"{reason.total:+.1f}",
        weight=f"{best:+.1f}",
        needed=f"{model.match_weight:+.1f}",
        source=reason.voices[0].a.source if reason.voices else "",
    )
    if reason.kind not in ("contradiction", "rest"):
        return [said]
    voices = [words["voice"].format(a=v.a, b=v.b, says=f"{v.says:+.1f}") for v in reason.voices]
    return [said, *voices]


def describe_together(
    way: Sequence[object], *, decided: bool, language: Language = "en"
) -> list[str]:
    """How two records of one golden record are joined, by the pairs that lead from one to the
    other; `decided` tells that a steward joined some of them."""
    words = WHY[language]
    how = "joined" if not way else "itself" if len(way) == 1 else "through"
    said = [words[how].format(count=len(way) - 1)] if not (decided and len(way) == 1) else []
    return [*said, words["same"]] if decided else said


def _bearers(key: SharedKey) -> str:
    """How many bear a key; counting ends above the cap."""
    return str(key.bearers) if key.active else f"> {key.cap}"


def _sentence(line: Comparison, weight: float, language: Language) -> str:
    words = SENTENCES[language]
    if line.field == RELATION:
        name = _word(RELATIONS, language, line.level)
        return words["relation"].format(relation=name, weight=f"{weight:+.1f}")
    values = line.a if line.a == line.b else words["values"].format(a=line.a, b=line.b)
    return words["comparison"].format(
        field=_word(FIELDS, language, line.field),
        level=_word(LEVELS, language, line.level),
        values=values,
        weight=f"{weight:+.1f}",
    )


def _word(table: Mapping[str, Mapping[str, str]], language: Language, term: str) -> str:
    """The word for a term; a user's own terms are shown as they are."""
    return table[language].get(term, term.replace("_", " "))


def _percent(probability: float) -> str:
    shown = 100 * probability
    return f"{shown:.0f}" if 1 <= shown <= 99 else f"{shown:.2f}"
