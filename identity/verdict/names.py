"""Compares two personal names, in one script or across scripts."""

from dataclasses import replace

from identity.normalize import PersonName, fold_lookalikes, kana_key
from identity.normalize.latin import canonical_given, is_romaji
from identity.normalize.name_table import foreign_surnames, name_table
from identity.verdict.consonants import sound_alike
from identity.verdict.findings import DIFFERENT, EMPTY, SAME, Finding, differ, match, maybe

_PART_ONLY = maybe("Only a part of the name is given on one side.", "片方は姓か名のみ。")
_SWAPPED = match("The same parts in the other order.", "姓名の順が逆なだけで等しい。")
_OTHER_READING = maybe("The same characters with another reading.", "表記は同じだが読みが異なる。")
_LOOKALIKE = maybe(
    "The kanji are easily confused but different (島/嶋).", "紛らわしいが別の漢字(島/嶋など)。"
)
_OTHER_KANJI_SAME_READING = maybe(
    "The stated readings agree, the kanji do not.", "読みは一致するが漢字が異なる。"
)
_OTHER_KANJI = differ("Written with other kanji.", "漢字が異なる。")
_READING_STATED = match("The reading agrees with the one stated.", "明示された読みと一致。")
_READING_FIRST = match("The reading is the kanji's likeliest.", "漢字の最も一般的な読みと一致。")
_READING_OTHER = maybe("The reading is a rarer one of the kanji.", "漢字の読みとしてはあり得る。")
_READING_UNKNOWN = maybe("The reading of the kanji is not known.", "漢字の読みが不明。")
_READING_NONE = differ("The kanji are not read like that.", "漢字の読みと一致しない。")
_ROMAJI_SAME = match("The same name in Latin letters.", "ローマ字表記が一致。")
_LENGTH_LOST = maybe(
    "Latin letters lose the vowel's length (Ono, Ohno).", "ローマ字では長音が区別できない。"
)
_NICKNAME = match("A nickname or variant of the same name.", "愛称または異綴りで同じ名前。")
_SPELLING = match("The same name, spelt differently.", "綴りが違うだけで同じ名前。")
_INITIAL = maybe("An initial stands for the given name.", "名がイニシャルのみ。")
_MIDDLE = maybe("The middle names differ.", "ミドルネームが異なる。")
_OTHER_SCRIPT = maybe("The scripts cannot be compared.", "文字種が異なり比較できない。")
_SOUNDS_ALIKE = maybe("May be the same name as it sounds.", "音は似ている。")

_RANK = {"match": 0, "maybe": 1, "differ": 2}


def compare_names(x: PersonName, y: PersonName) -> Finding:
    """Whether two names are one person's name; the order of the two does not matter."""
    if not x.full or not y.full:
        return EMPTY
    if x.full == y.full and x.script == y.script:
        stated = {x.full_kana, y.full_kana} - {""}
        return _OTHER_READING if len(stated) > 1 else SAME
    if "hangul" in (x.script, y.script):
        return DIFFERENT if x.script == y.script else _OTHER_SCRIPT
    if {x.script, y.script} <= {"han", "mixed"}:
        return _kanji(x, y)
    if x.script == y.script:
        return _kana(x, y) if x.script == "kana" else _latin(x, y)
    if x.script == "latin" or (y.script != "latin" and x.script == "kana"):
        x, y = y, x
    return _romanised(x, y) if y.script == "latin" else _read(x, y)


def _is_part(x: PersonName, y: PersonName) -> bool:
    """Whether one name is no more than the other's family or given name."""
    for small, big in ((x, y), (y, x)):
        if small.family and small.given:
            continue
        if small.full in (big.family, big.given) and big.full != small.full:
            return True
    return False


def _is_swapped(x: PersonName, y: PersonName) -> bool:
    return bool(x.family and x.given) and (x.family, x.given) == (y.given, y.family)


def _kanji(x: PersonName, y: PersonName) -> Finding:
    if _is_swapped(x, y):
        return _SWAPPED
    if _is_part(x, y):
        return _PART_ONLY
    if fold_lookalikes(x.full) == fold_lookalikes(y.full):
        return _LOOKALIKE
    if x.full_kana and x.full_kana == y.full_kana:
        return _OTHER_KANJI_SAME_READING
    if x.script != y.script and set(x.keys) & set(y.keys):
        return _READING_OTHER
    return _OTHER_KANJI


def _kana(x: PersonName, y: PersonName) -> Finding:
    if x.full_kana == y.full_kana:
        return SAME
    if _is_swapped(x, y):
        return _SWAPPED
    return _PART_ONLY if _is_part(x, y) else DIFFERENT


def _read(kanji: PersonName, kana: PersonName) -> Finding:
    """A name in kanji against one in kana."""
    if kanji.full_kana:
        return _READING_STATED if kanji.full_kana == kana.full_kana else _READING_NONE
    if not kanji.readings or (kana.family and not kana.given) or (kana.given and not kana.family):
        return _partly_read(kanji, kana)
    if not (kanji.family and kanji.given):
        return _partly_read(kanji, kana)
    complete = [kana_key(family + given) for family, given in kanji.readings if family and given]
    if not complete:
        return _partly_known(kanji, {kana.family_kana})
    if complete[0] == kana.full_kana:
        return _READING_FIRST
    return _READING_OTHER if _is_read_as(kana, complete, kanji) else _READING_NONE


def _is_read_as(kana: PersonName, complete: list[str], kanji: PersonName) -> bool:
    return kana.full_kana in complete or bool(set(kanji.keys) & set(kana.keys))


def _partly_read(kanji: PersonName, kana: PersonName) -> Finding:
    """Where one side is a family or a given name only, or its parts are not known."""
    if not kanji.readings:
        return _READING_UNKNOWN
    parts = {part for reading in kanji.readings for part in reading if part}
    if kana.full_kana in {kana_key(family + given) for family, given in kanji.readings}:
        return _READING_FIRST if kana.full_kana == kanji.readings[0][0] else _READING_OTHER
    if parts & {kana.full_kana, kana.family_kana, kana.given_kana}:
        return _PART_ONLY
    return _READING_NONE if kanji.family and kanji.given else _READING_UNKNOWN


def _partly_known(kanji: PersonName, families: set[str]) -> Finding:
    """Where only one part's reading is known: it can refute, but not confirm."""
    known = {family for family, _ in kanji.readings if family}
    if not known or families & known or kanji.family in foreign_surnames() or "" in families:
        return _READING_UNKNOWN
    return _READING_NONE


def _romanised(other: PersonName, latin: PersonName) -> Finding:
    """A name in kanji or kana against one in Latin letters."""
    if set(other.keys) & set(latin.keys):
        return _shared_key(other, latin)
    if not (latin.family and latin.given) or not (other.family and other.given):
        parts = {latin.full, *latin.family_keys, *latin.given_keys}
        shared = parts & {*other.family_keys, *other.given_keys, *other.keys}
        return _PART_ONLY if shared else _READING_UNKNOWN if not other.keys else DIFFERENT
    if other.family in foreign_surnames():
        return _READING_UNKNOWN
    if not other.keys:
        known = set(other.family_keys)
        agree = known & {*latin.family_keys, *latin.given_keys}
        return _READING_UNKNOWN if agree or not known else _READING_NONE
    if other.script == "kana" and _sounds_like(other, latin):
        return _SOUNDS_ALIKE
    return _READING_NONE if other.script == "han" else DIFFERENT


def _shared_key(other: PersonName, latin: PersonName) -> Finding:
    if name_table().ambiguous & set(latin.family_keys or latin.keys):
        return _LENGTH_LOST
    if not (latin.family and latin.given):
        return _READING_OTHER
    return _ROMAJI_SAME if other.keys[0] in latin.keys else _READING_OTHER


def _sounds_like(kana: PersonName, latin: PersonName) -> bool:
    parts = [(*kana.family_keys, *kana.given_keys), (latin.family, latin.given.split(" ")[0])]
    first, second = sorted(parts[0]), parts[1]
    return len(first) == 2 and any(
        sound_alike(first[0], second[i]) and sound_alike(first[1], second[1 - i]) for i in (0, 1)
    )


def _latin(x: PersonName, y: PersonName) -> Finding:
    if not (x.family and x.given and y.family and y.given):
        if _is_part(x, y):
            return _PART_ONLY
        return _SPELLING if set(x.keys) & set(y.keys) else DIFFERENT
    straight = _latin_parts(x, y)
    if straight.result != "differ":
        return straight
    # Turning either is not the same: nicknames are those of the one taken for the given name.
    turned = (_latin_parts(x, _turned(y)), _latin_parts(_turned(x), y))
    return min(turned, key=lambda finding: (_RANK[finding.result], finding.why))


def _turned(name: PersonName) -> PersonName:
    """The name with its family name taken for the given name, and the other way round."""
    return replace(
        name,
        family=name.given,
        given=name.family,
        family_keys=name.given_keys,
        given_keys=name.family_keys,
    )


def _latin_parts(x: PersonName, y: PersonName) -> Finding:
    """The names part by part."""
    (first, *middle), (second, *others) = x.given.split(" "), y.given.split(" ")
    japanese = is_romaji(x.family, first) and is_romaji(y.family, second)
    umlauts = len(x.family_keys) + len(y.family_keys) > 2
    # Loose keys make Lee and Ree one: they count only where the spelling is known to vary.
    varies = japanese or umlauts
    if x.family != y.family and not (varies and set(x.family_keys) & set(y.family_keys)):
        return DIFFERENT
    if first != second and not (varies and set(x.given_keys) & set(y.given_keys)):
        return _other_given(first, second)
    if middle and others and [name[0] for name in middle] != [name[0] for name in others]:
        return _MIDDLE
    return _LENGTH_LOST if _length_lost(x.family, y.family) else _SPELLING


def _other_given(first: str, second: str) -> Finding:
    if canonical_given(first) == canonical_given(second):
        return _NICKNAME
    if 1 in (len(first), len(second)) and first[0] == second[0]:
        return _INITIAL
    return DIFFERENT


def _length_lost(first: str, second: str) -> bool:
    """Whether two spellings of a family name may hide surnames of different vowel length."""
    return first != second and bool(name_table().ambiguous & {first, second})
