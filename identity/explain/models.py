"""A match model and survivorship rules in sentences, English and Japanese."""

from collections.abc import Iterable, Mapping
from typing import Literal

from identity.explain.fields import ENTITIES, field_word
from identity.explain.terms import FIELDS, LEVELS, RELATIONS, Words
from identity.model.types import BlockingRule, ComparisonSpec, Level, Model
from identity.survivorship.rules import FieldRule, SurvivorshipRules

Language = Literal["en", "ja"]

SENTENCES: Words = {
    "en": {
        "prior": "Of {odds:,} pairs drawn blindly one is the same: a pair starts at {weight} bits.",
        "bands": "From {match} bits on two are linked, from {possible} bits on a steward is asked.",
        "comparison": "{field}: {levels}.",
        "level": "{level} {weight}",
        "frequency": " (a rare value more, a common one less)",
        "relation": "Two may also be {relation}: 1 in {odds:,} pairs is.",
        "blocking": "Records that share {columns} are compared, {cap} of them at most ({rule}).",
        "calibrated": "Shown probabilities are calibrated: {knots}.",
        "plain": "Shown probabilities are the plain odds of the weight.",
        "knot": "{percent} % at {weight} bits",
        "rule": "{entity} {field}: {criteria}{rest}.",
        "trusted": "; sources are trusted in the order {sources}",
        "ignored": "; not by {sources}",
        "kept": "; the best {keep} survive",
        "trust": "Sources are trusted in this order: {sources}.",
        "facts": "Facts, on which a steward is asked where sources disagree: {fields}.",
        "and": ", ",
        "then": ", then ",
    },
    "ja": {
        "prior": "無作為の2件が同一である割合は {odds:,} 件に1件: 出発点は {weight} ビット。",
        "bands": "{match} ビット以上なら同一とし、{possible} ビット以上なら担当者に確認します。",
        "comparison": "{field}: {levels}。",
        "level": "{level} {weight}",
        "frequency": "(珍しい値ほど強く、ありふれた値ほど弱い)",
        "relation": "{relation}の可能性も考えます: {odds:,} 組に1組。",
        "blocking": "{columns}が同じレコードを、{cap} 件まで比べます({rule})。",
        "calibrated": "表示する確率は較正済み: {knots}。",
        "plain": "表示する確率は重みのオッズそのままです。",
        "knot": "{weight} ビットで {percent} %",
        "rule": "{entity}の{field}: {criteria}{rest}。",
        "trusted": "。信頼する順は {sources}",
        "ignored": "。{sources} の値は使わない",
        "kept": "。上位 {keep} 件を採用",
        "trust": "信頼する順: {sources}。",
        "facts": "情報源が食い違えば担当者に確認する事実: {fields}。",
        "and": "、",
        "then": "、次に",
    },
}

_COLUMNS: Words = {
    "en": {"any_email": "e-mail", "any_phone": "telephone", "email": "personal e-mail"},
    "ja": {
        "name": "氏名",
        "name_text": "氏名の表記",
        "alias": "表示名",
        "name_or_alias": "氏名または表示名",
        "family_name": "姓",
        "given_name": "名",
        "family_initial": "姓の頭文字",
        "given_initial": "名の頭文字",
        "birth_date": "生年月日",
        "email": "個人のメール",
        "any_email": "メール",
        "mailbox_name": "メールの@より前",
        "email_domain": "メールのドメイン",
        "web_domain": "ウェブのドメイン",
        "phone": "個人の電話",
        "any_phone": "電話",
        "block": "番地",
        "town": "町",
        "postal_code": "郵便番号",
        "identifier": "識別子",
        "company": "会社名",
        "company_text": "会社名の表記",
        "corporate_number": "法人番号",
    },
}

CRITERIA: Words = {
    "en": {},
    "ja": {
        "source_trust": "信頼する情報源",
        "verified": "確認済み",
        "complete": "最も詳しい",
        "current": "現行",
        "own": "本人専用",
        "native_script": "漢字・かな表記",
        "most_frequent": "最も多い",
        "most_recent": "最も新しい",
        "longest": "最も長い",
        "derived": "導出",
        "pin": "固定",
        "record_key": "順序",
    },
}


def describe_model(model: Model, language: Language = "en") -> list[str]:
    """The model, a sentence for each of its parts."""
    said = SENTENCES[language]
    return [
        said["prior"].format(odds=_odds(model.prior), weight=_bits(model.prior_weight)),
        said["bands"].format(
            match=_bits(model.match_weight), possible=_bits(model.possible_weight)
        ),
        *(_comparison(spec, language) for spec in model.comparisons),
        *(
            said["relation"].format(
                relation=_word(RELATIONS, language, relation.name), odds=_odds(relation.share)
            )
            for relation in model.relations
        ),
        *(_blocking(rule, language) for rule in model.blocking),
        _calibration(model, language),
    ]


def describe_rules(rules: SurvivorshipRules, language: Language = "en") -> list[str]:
    """The survivorship rules, a sentence for each field."""
    said = SENTENCES[language]
    trust = [said["trust"].format(sources=said["and"].join(rules.trust))] if rules.trust else []
    facts = (field_word(field, "person", language) for field in sorted(rules.facts))
    return [
        *trust,
        *([said["facts"].format(fields=_joined(facts, language))] if rules.facts else []),
        *(
            said["rule"].format(
                entity=_word(ENTITIES, language, entity),
                field=field_word(field, entity, language),
                criteria=said["then"].join(
                    _word(CRITERIA, language, name) for name in rule.criteria
                ),
                rest=_rest(rule, language),
            )
            for entity, fields in rules.fields.items()
            for field, rule in fields.items()
        ),
    ]


def rule_words(rule: str, language: Language) -> str:
    """The rule of a surviving value, its criteria in the language: `source_trust > own`."""
    return " > ".join(CRITERIA[language].get(part, part) for part in rule.split(" > "))


def _rest(rule: FieldRule, language: Language) -> str:
    """What a field's rule says beyond its criteria."""
    said, parts = SENTENCES[language], list[str]()
    if rule.trust is not None:
        parts.append(said["trusted"].format(sources=_joined(rule.trust, language)))
    if rule.ignore:
        parts.append(said["ignored"].format(sources=_joined(sorted(rule.ignore), language)))
    if rule.keep is not None:
        parts.append(said["kept"].format(keep=rule.keep))
    return "".join(parts)


def _comparison(spec: ComparisonSpec, language: Language) -> str:
    levels = (_level(level, language) for level in spec.levels)
    return SENTENCES[language]["comparison"].format(
        field=_word(FIELDS, language, spec.name), levels=_joined(levels, language)
    )


def _level(level: Level, language: Language) -> str:
    said = SENTENCES[language]
    text = said["level"].format(
        level=_word(LEVELS, language, level.name), weight=_bits(level.weight)
    )
    return text + (said["frequency"] if level.frequency else "")


def _blocking(rule: BlockingRule, language: Language) -> str:
    columns = _joined((_word(_COLUMNS, language, name) for name in rule.columns), language)
    return SENTENCES[language]["blocking"].format(columns=columns, cap=rule.cap, rule=rule.name)


def _calibration(model: Model, language: Language) -> str:
    said = SENTENCES[language]
    if model.calibration is None:
        return said["plain"]
    weights = sorted({model.possible_weight, 0.0, 5.0, model.match_weight, 10.0})
    shares = model.calibration.of(weights).tolist()
    knots = (
        said["knot"].format(weight=_bits(weight), percent=f"{100 * share:.1f}")
        for weight, share in zip(weights, shares, strict=True)
    )
    return said["calibrated"].format(knots=_joined(knots, language))


def _joined(parts: Iterable[str], language: Language) -> str:
    return SENTENCES[language]["and"].join(parts)


def _word(table: Mapping[str, Mapping[str, str]], language: Language, term: str) -> str:
    """The word for a term; a user's own terms are shown as they are."""
    return table[language].get(term, term.replace("_", " "))


def _bits(weight: float) -> str:
    return f"{weight:+.1f}"


def _odds(share: float) -> int:
    return round(1 / share)
