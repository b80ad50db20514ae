"""Where people live and work, and the many ways to write it."""

import re
from dataclasses import dataclass

from daifuku.records import Address
from demo.world.chance import Chance
from demo.world.rates import RATES
from demo.world.tables import Town, towns

_BUILDINGS = [
    "サンハイツ",
    "メゾン",
    "コーポ",
    "グランドール",
    "パークサイド",
    "ハイム",
    "ヴィラ",
    "レジデンス",
    "フラット",
    "ロイヤル",
]
_OFFICES = [
    "第一ビル",
    "中央ビル",
    "三栄ビル",
    "スクエアビル",
    "センタービル",
    "駅前ビル",
    "丸和ビル",
    "トーワビル",
]
_KYOTO_STREETS = ["寺町通", "烏丸通", "河原町通", "堀川通", "室町通", "新町通"]
_KYOTO_CROSSINGS = ["御池上る", "四条下る", "三条上る", "五条上る", "二条東入", "姉小路下る"]
_KANJI_DIGITS = "〇一二三四五六七八九"
_WIDE = str.maketrans("0123456789-", "０１２３４５６７８９－")


@dataclass(frozen=True, slots=True)
class Place:
    """One real-looking address. `chome` is 0 where a town has none, `room` 0 for a house."""

    town: Town
    chome: int
    block: int
    lot: int
    building: str
    room: int
    kyoto_street: str = ""

    @property
    def postal_code(self) -> str:
        return f"{self.town.postal_code[:3]}-{self.town.postal_code[3:]}"

    @property
    def numbers(self) -> tuple[int, ...]:
        return tuple(number for number in (self.chome, self.block, self.lot) if number)


def place(chance: Chance, *, office: bool = False) -> Place:
    """Some place; every town is about as likely, offices stand in buildings more often."""
    town = chance.pick(towns())
    chome = chance.number(1, 5) if town.has_chome else 0
    block = chance.number(1, 40) if town.has_chome else chance.number(1, 2400)
    lot = chance.number(1, 25) if chance.hits(0.85) else 0
    building, room = "", 0
    if chance.hits(0.5 if office else 0.4):
        building = chance.pick(_OFFICES if office else _BUILDINGS)
        if not office:
            building += chance.pick((town.name, "", "", "東", "Ⅱ"))
        room = chance.number(1, 9) * 100 + chance.number(1, 12)
    street = ""
    if town.city in ("京都市中京区", "京都市下京区", "京都市上京区"):
        street = chance.pick(_KYOTO_STREETS) + chance.pick(_KYOTO_CROSSINGS)
    return Place(town, chome, block, lot, building, room, street)


def written(place: Place, chance: Chance, *, tidy: bool = False) -> Address:
    """The address as someone writes it, in parts. `tidy`: a form looked the postal code up."""
    prefecture = place.town.prefecture
    if not tidy and chance.hits(RATES.prefecture_omitted):
        prefecture = ""
    city, town = place.town.city, place.town.name
    if not tidy and chance.hits(0.3):
        town = re.sub("[ヶケ]", chance.pick(("ヶ", "ケ", "が")), town)
    if place.kyoto_street and chance.hits(RATES.kyoto_street):
        town = place.kyoto_street + town
    return Address(
        postal_code=_postal_code(place, chance, tidy),
        region=prefecture,
        city=city,
        street=town + _numbers(place, chance, tidy),
        building=_building(place, chance),
        country="JP",
    )


def on_one_line(address: Address, chance: Chance) -> Address:
    """The same address as a single line of text, its postal code apart."""
    gap = chance.pick(("", " ", "　"))
    text = f"{address.region}{address.city}{address.street}"
    if address.building:
        text += (gap or " ") + address.building
    return Address(text=text, postal_code=address.postal_code, country=address.country)


def _postal_code(place: Place, chance: Chance, tidy: bool) -> str:
    code = place.postal_code
    if tidy or chance.hits(0.7):
        return code
    return chance.pick((code.replace("-", ""), f"〒{code}", code.translate(_WIDE), ""))


def _numbers(place: Place, chance: Chance, tidy: bool) -> str:
    numbers = place.numbers
    if not tidy and chance.hits(RATES.kanji_numerals):
        return _units([_kanji(number) for number in numbers], bool(place.chome))
    style = 0.0 if tidy else chance.random()
    if style < 0.55:
        return "-".join(map(str, numbers))
    if style < 0.78:
        return _units([str(number) for number in numbers], bool(place.chome))
    if style < 0.90:
        return "－".join(map(str, numbers)).translate(_WIDE)
    if style < 0.96 and place.chome:
        return f"{place.chome}丁目" + "-".join(map(str, numbers[1:]))
    return chance.pick(("‐", "−", "ー", "の")).join(map(str, numbers))


def _units(numbers: list[str], has_chome: bool) -> str:
    """4, 5, 6 with their units: 4丁目5番6号; without chome 5番地6 or 5番地."""
    if not has_chome:
        return "番地".join(numbers) if len(numbers) > 1 else f"{numbers[0]}番地"
    units = ("丁目", "番", "号")
    if len(numbers) == 2:
        units = ("丁目", "番地", "")
    return "".join(number + unit for number, unit in zip(numbers, units, strict=False))


def _kanji(number: int) -> str:
    """A number below 10,000 in kanji: 12 is 十二."""
    text = ""
    for power, unit in ((1000, "千"), (100, "百"), (10, "十")):
        digit, number = divmod(number, power)
        if digit:
            text += ("" if digit == 1 else _KANJI_DIGITS[digit]) + unit
    return text + (_KANJI_DIGITS[number] if number else "")


def _building(place: Place, chance: Chance) -> str:
    if not place.building or chance.hits(RATES.building_omitted):
        return ""
    room = chance.pick((f"{place.room}", f"{place.room}号室", f" {place.room}", f"-{place.room}"))
    return place.building + (room if chance.hits(0.9) else "")
