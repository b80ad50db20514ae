"""The keys by which names that may be one are found: of all their readings, likeliest first."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from itertools import product

from identity.normalize.furigana import Reading
from identity.normalize.kana import join_keys, kana_key, loose_key, romaji_key
from identity.normalize.readings import family_readings, given_readings
from identity.normalize.types import PersonName

_MOST_KEYS = 16


def with_keys(name: PersonName, reading: Reading) -> PersonName:
    """The name with its strict and loose keys; a stated reading leaves no room for guesses."""
    families, givens = read_parts(name, reading)
    family_keys = unique(map(_part_key, families))
    given_keys = unique(map(_part_key, givens))
    keys = name.keys
    if reading.full and not (reading.family and reading.given):
        keys = unique((loose_key(reading.full),))
    elif (family_keys or not name.family) and (given_keys or not name.given):
        keys = joined_keys(family_keys, given_keys) or keys
    return PersonName(
        script=name.script,
        family=name.family,
        given=name.given,
        full=name.full,
        family_kana=kana_key(reading.family),
        given_kana=kana_key(reading.given),
        full_kana=kana_key(reading.full),
        readings=() if reading.full else reading_pairs(families, givens),
        keys=keys,
        family_keys=family_keys or name.family_keys,
        given_keys=given_keys or name.given_keys,
    )


def read_parts(name: PersonName, reading: Reading) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The readings of the family and the given name: the stated one, or those that may be."""
    families = (reading.family,) if reading.family else _candidates(name.family, family_readings)
    givens = (reading.given,) if reading.given else _candidates(name.given, given_readings)
    return families, givens


def joined_keys(families: tuple[str, ...], givens: tuple[str, ...]) -> tuple[str, ...]:
    """Loose keys of whole names from those of their parts, likeliest first."""
    if not families or not givens:
        return (families or givens)[:_MOST_KEYS]
    order = _likeliest_first(len(families), len(givens))
    return unique(join_keys(families[i], givens[j]) for i, j in order)


def reading_pairs(
    families: tuple[str, ...], givens: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    """(family, given) strict kana keys from readings of the parts, likeliest first."""
    if not families and not givens:
        return ()
    first, second = [*map(kana_key, families or ("",))], [*map(kana_key, givens or ("",))]
    order = _likeliest_first(len(first), len(second))
    return tuple(dict.fromkeys((first[i], second[j]) for i, j in order))


@cache
def _likeliest_first(families: int, givens: int) -> tuple[tuple[int, int], ...]:
    """The places of the likeliest pairs in two rankings: a pair ranks by the sum of its places."""
    return tuple(sorted(product(range(families), range(givens)), key=sum)[:_MOST_KEYS])


def read_aloud(name: PersonName, reading: Reading) -> PersonName:
    """A Latin name with the keys of its furigana, if there are any, beside its own."""
    if reading == Reading():
        return name
    spoken = with_keys(PersonName(), reading)
    return replace(
        name,
        family_kana=spoken.family_kana,
        given_kana=spoken.given_kana,
        full_kana=spoken.full_kana,
        keys=unique((*name.keys, *spoken.keys)),
        family_keys=unique((*name.family_keys, *spoken.family_keys)),
        given_keys=unique((*name.given_keys, *spoken.given_keys)),
    )


def _candidates(part: str, readings: Callable[[str], tuple[str, ...]]) -> tuple[str, ...]:
    return (part,) if part.isascii() and part else readings(part)


def _part_key(reading: str) -> str:
    return romaji_key(reading) if reading.isascii() else loose_key(reading)


def unique(keys: Iterable[str]) -> tuple[str, ...]:
    """The keys that are not empty, each once, in their order."""
    return tuple(dict.fromkeys(filter(None, keys)))
