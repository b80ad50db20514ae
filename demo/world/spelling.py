"""How names come to be written: variants of a kanji, slips of the hand, scripts, readings."""

from dataclasses import dataclass

from demo.world.chance import Chance
from demo.world.kana import Romaji, half_width, katakana, romaji
from demo.world.people import Person
from demo.world.rates import RATES
from demo.world.tables import Word, spellings, surname_spellings

_VARIANTS = {
    group[0]: group[1:]
    for group in [
        "高髙",
        "崎﨑",
        "辺邊邉",
        "斎齋斉",
        "藤籐",
        "沢澤",
        "浜濱",
        "広廣",
        "真眞",
        "恵惠",
        "徳德",
        "桜櫻",
        "滝瀧",
        "竜龍",
        "富冨",
        "島嶋",
        "国國",
        "関關",
        "条條",
        "渕淵",
        "館舘",
        "峰峯",
        "曽曾",
        "実實",
        "寿壽",
        "礼禮",
        "静靜",
        "栄榮",
        "蔵藏",
        "遥遙",
        "与與",
        "亜亞",
    ]
}
_LOOK_ALIKES = dict(
    zip("大太未末土士間問千干郎朗持特崎埼真直", "太大末未士土問間干千朗郎特持埼崎直真", strict=True)
)
_HABITS: tuple[Romaji, ...] = ("passport", "passport", "passport", "typed", "kunrei", "oh")


@dataclass(frozen=True, slots=True)
class WrittenName:
    """A person's name in one record; parts are None where the writer gave the name in one field."""

    name: str
    family: str
    given: str
    family_kana: str = ""
    given_kana: str = ""

    @property
    def kana(self) -> str:
        return f"{self.family_kana} {self.given_kana}".strip()


def in_kanji(someone: Person, family: Word, draw: Chance, *, by_hand: bool = True) -> WrittenName:
    """The name as usually written; `by_hand` lets the writer slip."""
    if someone.origin == "western":
        return _western(someone, draw)
    surname = _hand(family, draw, surname_spellings()) if by_hand else family.written
    given_choices = spellings(someone.sex)
    given = _hand(someone.given, draw, given_choices) if by_hand else someone.given.written
    surname, given = variant(surname, draw), variant(given, draw)
    gap = draw.pick(("", " ", "　", " "))
    return WrittenName(f"{surname}{gap}{given}", surname, given, *readings(someone, family, draw))


def in_romaji(someone: Person, family: Word, draw: Chance) -> WrittenName:
    """The name in Latin letters: Taro Yamada, YAMADA Taro, Yamada Tarou."""
    habit = draw.pick(_HABITS)
    surname = family.latin or romaji(family.reading, habit).capitalize()
    given = someone.given.latin or romaji(someone.given.reading, habit).capitalize()
    order = draw.random()
    if order < 0.55:
        name = f"{given} {surname}"
    elif order < 0.8:
        name = f"{surname} {given}"
    else:
        name = f"{surname.upper()} {given}"
    return WrittenName(name, surname, given)


def readings(someone: Person, family: Word, draw: Chance) -> tuple[str, str]:
    """The furigana of both parts in one script: katakana, half-width katakana or hiragana."""
    parts = family.reading, someone.given.reading
    if someone.origin != "japanese":
        return parts
    script = draw.random()
    if script < RATES.kana_half_width:
        return half_width(parts[0]), half_width(parts[1])
    if script < RATES.kana_half_width + RATES.kana_hiragana:
        return parts
    return katakana(parts[0]), katakana(parts[1])


def variant(text: str, draw: Chance) -> str:
    """The text with a character in another of its accepted shapes, now and then."""
    for letter in text:
        if letter in _VARIANTS and draw.hits(RATES.kanji_variant):
            return text.replace(letter, draw.pick(_VARIANTS[letter]), 1)
    return text


def _western(someone: Person, draw: Chance) -> WrittenName:
    kana = someone.family.reading, someone.given.reading
    if draw.hits(0.25):
        return WrittenName(f"{kana[1]}・{kana[0]}", kana[0], kana[1], *kana)
    family, given = someone.family.written, someone.given.written
    name = f"{given} {family}" if draw.hits(0.8) else f"{family}, {given}"
    return WrittenName(name, family, given, *kana)


def _hand(word: Word, draw: Chance, others: dict[str, tuple[str, ...]]) -> str:
    """The word as typed: at times another kanji of that reading, or one that looks alike."""
    if draw.hits(RATES.conversion_error):
        return draw.pick(others.get(word.reading, (word.written,)))
    if draw.hits(RATES.look_alike):
        return "".join(_LOOK_ALIKES.get(letter, letter) for letter in word.written)
    return word.written


def slip(text: str, draw: Chance) -> str:
    """The text with one slip of the fingers: two neighbours swapped, one left out or doubled."""
    at, kind = draw.number(1, max(1, len(text) - 2)), draw.number(0, 2)
    if kind == 0:
        return text[: at - 1] + text[at : at + 1] + text[at - 1 : at] + text[at + 1 :]
    return text[:at] + text[at + 1 :] if kind == 1 else text[:at] + text[at : at + 1] + text[at:]


def wrong_digit(text: str, draw: Chance) -> str:
    """The text with its last digit another one."""
    if not text or not text[-1].isdigit():
        return text
    return text[:-1] + str((int(text[-1]) + draw.number(1, 9)) % 10)


def phone(number: str, draw: Chance) -> str:
    """A phone number in one of its usual spellings."""
    style = draw.random()
    digits = number.replace("-", "")
    if style < 0.55:
        return number
    if style < 0.75:
        return digits
    if style < 0.83:
        return number.translate(str.maketrans("0123456789-", "０１２３４５６７８９－"))
    if style < 0.90:
        return f"+81-{number[1:]}"
    if style < 0.95:
        area, rest = number.split("-", 1)
        return f"({area}){rest}"
    return number.replace("-", draw.pick(("ー", "‐", " ", ".")))


def birth_date(iso: str, draw: Chance) -> str:
    """A date of birth as typed: ISO, with slashes, in digits, in 和暦."""
    year, month, day = (int(part) for part in iso.split("-"))
    style = draw.random()
    if style < 0.5:
        return iso
    if style < 0.75:
        return f"{year}/{month}/{day}"
    if style < 0.85:
        return iso.replace("-", "")
    if style < 0.92:
        return f"{year}年{month}月{day}日"
    era, first = next(
        (era, first)
        for era, first, since in (
            ("平成", 1989, "1989-01-08"),
            ("昭和", 1926, "1926-12-25"),
        )
        if iso >= since
    )
    return f"{era}{year - first + 1}年{month}月{day}日"
