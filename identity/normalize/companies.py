"""Normalises the names of organisations: legal form, branch and department taken off the core."""

import re
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from identity.normalize.kana import enlarge, kana_key, loose_key, to_katakana
from identity.normalize.latin import fold_latin
from identity.normalize.legal_forms import find_form, is_firm, without_forms
from identity.normalize.tables import read_table, read_words
from identity.normalize.text import clean_text, fold_kanji, is_japanese, is_kana
from identity.normalize.types import Company

Position = Literal["prefix", "suffix", ""]

_ADDRESSED = re.compile(r"(?:\s*(?:御中|様))+$")
_OFFICE = "支店|支社|支局|支部|営業所|事業所|事務所|出張所|工場|本社|本店|センター|オフィス"
_CERTAIN_OFFICE = "支店|支社|支局|営業所|出張所|工場|本社|本店"
_UNIT = "事業部|本部|(?<!楽)部|課|室|係|グループ|チーム"
_FUNCTION = (
    "営業|総務|経理|人事|開発|企画|製造|購買|調達|情報システム|マーケティング|広報|法務|財務|生産管理|"
    "品質管理|品質保証|物流|技術|設計|システム|業務|販売|海外|国際|経営企画|カスタマーサポート"
)
_HAS_OFFICE = re.compile("[店社局部所場課室係]|センター|オフィス|グループ|チーム")
_SPACED_OFFICE = re.compile(
    rf"\s(\S{{1,10}}?(?:{_CERTAIN_OFFICE}))(?:\s.*|\S{{0,12}}(?:{_UNIT}))?$"
)
_SPACED_UNIT = re.compile(rf"\s\S{{1,12}}(?:{_UNIT})(?:\s.*)?$")
_UNIT_NAME = re.compile(rf"(?:{_FUNCTION})(?:第?[一二三四五六七八九十0-9]+)?(?:{_UNIT})(?:\s.*)?$")
_TAIL_OFFICE = re.compile(rf"^(\S*?(?:{_OFFICE}|店))")
_WESTERN_OFFICE = frozenset(("branch", "office", "headquarters", "hq", "factory", "plant"))
_WORDS = re.compile(r"[\s,]+")
_OUTSIDE_CORE = re.compile(r"[^\w&+]|_")
_HAS_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_HAS_FOREIGN = re.compile(r"[\u0080-\u2e80]")
_FIRST_EAST_ASIAN = "\u2e80"
_FOLDED_SOUNDS = (("ヴァ", "バ"), ("ヴィ", "ビ"), ("ヴェ", "ベ"), ("ヴォ", "ボ"), ("ヴ", "ブ"))


class _Parsed(NamedTuple):
    """A name taken apart: legal form, where it stood, the bare name, the branch."""

    code: str
    position: Position
    name: str
    branch: str


@lru_cache(maxsize=65_536)
def company(text: str, kana: str = "") -> Company:
    """An organisation's name; `kana` is its reading where a field holds one."""
    name = clean_text(text)
    parsed = _parse(name)
    core = _core(parsed.name)
    # What was taken off or folded may have hidden another form: 御中東京支店.
    while core:
        again = _parse(core)
        if _core(again.name) == core:
            break
        parsed = _Parsed(
            parsed.code or again.code,
            parsed.position or again.position,
            again.name,
            parsed.branch or again.branch,
        )
        core = _core(parsed.name)
    reading = _reading(kana, core)
    branch = _core(parsed.branch)
    return Company(
        core=core,
        kana=kana_key(reading),
        legal_form=parsed.code,
        position=parsed.position,
        branch=branch,
        key="|".join((core, parsed.code, branch)) if core else "",
        keys=tuple(dict.fromkeys(key for key in (core, loose_key(reading)) if key)),
    )


@lru_cache(maxsize=65_536)
def official_name(text: str) -> str:
    """The name as its owner registers it: spaces in one form, a short legal form written out
    ((株) as 株式会社), without 御中 and department. A branch stays, behind a space.

    A name that would say something else then, or would change once more, stays as it was written.
    """
    bare = _ADDRESSED.sub("", clean_text(text))
    shown = _registered(bare)
    if shown == bare:
        return bare
    stands = company(shown).key == company(bare).key and _registered(shown) == shown
    return shown if stands else bare


def _registered(name: str) -> str:
    """The parts of a cleaned name put together anew."""
    bare = _ADDRESSED.sub("", name)
    parsed, form = _parse(bare), find_form(bare)
    if not parsed.name or not is_japanese(form.full if form else bare):
        return bare
    whole = parsed.name
    if form:
        front = parsed.position == "prefix"
        whole = f"{form.full}{whole}" if front else f"{whole}{form.full}"
    if parsed.branch:
        whole = f"{whole} {parsed.branch}"
    return whole


def _parse(name: str) -> _Parsed:
    name = _ADDRESSED.sub("", name)
    japanese = not name.isascii() and any(char > _FIRST_EAST_ASIAN for char in name)
    parsed = _japanese(name) if japanese else _Parsed("", "", name, "")
    if parsed.code or (japanese and not _HAS_LATIN.search(name)):
        return parsed
    code, bare, branch = _western(parsed.name, japanese)
    return _Parsed(code, "suffix" if code else "", bare, parsed.branch or branch)


def _japanese(name: str) -> _Parsed:
    found = find_form(name)
    if found is None:
        return _Parsed("", "", *_without_office(name))
    code, before, after = found.code, found.before, found.after
    if before and after and is_firm(code):
        office = _TAIL_OFFICE.match(after)
        if office or not find_form(after):
            return _Parsed(code, "suffix", before, office.group(1) if office else "")
    if not after:
        return _Parsed(code, "suffix", without_forms(before), "")
    return _Parsed(code, "prefix", *_without_office(without_forms(f"{before} {after}".strip())))


def _without_office(name: str) -> tuple[str, str]:
    """The name without branch and department, and the branch."""
    branch = ""
    while _HAS_OFFICE.search(name):
        found = _placed_office().search(name) or _SPACED_OFFICE.search(name)
        unit = None if found else _SPACED_UNIT.search(name) or _UNIT_NAME.search(name)
        cut = found or unit
        if cut is None or cut.start() < 2:
            return name, branch
        if found:
            branch = found.group(1)
        name = name[: cut.start()].rstrip()
    return name, branch


@cache
def _placed_office() -> re.Pattern[str]:
    places = "|".join(sorted(read_words("places.tsv"), key=len, reverse=True))
    number = "(?:第?[一二三四五六七八九十0-9]+)?"
    return re.compile(rf"((?:{places}){number}(?:{_OFFICE}|店)|本社|本店)(?:\s.*|\S*(?:{_UNIT}))?$")


def _western(name: str, japanese: bool) -> tuple[str, str, str]:
    """(form, name, branch) of a name whose legal form, if any, is Western and comes last."""
    words = [word for word in _WORDS.split(name.replace(".", "") if not japanese else name) if word]
    folded = [fold_latin(word).strip(".()") for word in words]
    branch = ""
    if len(words) > 2 and folded[-1] in _WESTERN_OFFICE:
        start = len(words) - (3 if len(words) > 3 and folded[-2] == "head" else 2)
        branch = " ".join(folded[start:])
        words, folded = words[:start], folded[:start]
    code = ""
    while True:
        found = next(
            (
                (form, size)
                for size in (4, 3, 2, 1)
                if size < len(folded) and (form := _sequences().get(" ".join(folded[-size:])))
            ),
            None,
        )
        if found is None:
            return code, " ".join(words), branch
        code = code or found[0]
        words, folded = words[: -found[1]], folded[: -found[1]]


@cache
def _sequences() -> dict[str, str]:
    rows = read_table("western_forms.tsv")
    return {sequence: code for code, sequences in rows for sequence in sequences.split("|")}


def _core(name: str) -> str:
    """The folded name by which two spellings of one organisation are equal."""
    if not name:
        return ""
    folded = fold_kanji(to_katakana(_fold_letters(name.lower())))
    if "ヴ" in folded:
        for old, new in _FOLDED_SOUNDS:
            folded = folded.replace(old, new)
    folded = folded.replace(" and ", "&").replace("アンド", "&").removeprefix("the ")
    return _OUTSIDE_CORE.sub("", enlarge(folded))


def _fold_letters(name: str) -> str:
    """Every letter but the East Asian ones in ASCII, one by one: the neighbours do not matter."""
    if not _HAS_FOREIGN.search(name):
        return name
    return "".join(char if char > _FIRST_EAST_ASIAN else fold_latin(char) for char in name)


def _reading(kana: str, core: str) -> str:
    """The reading in katakana: the one stated, without its legal form, or a core in kana."""
    stated = to_katakana(clean_text(kana)) if kana else ""
    if stated:
        return _OUTSIDE_CORE.sub("", without_forms(stated))
    return core if is_kana(core) else ""
