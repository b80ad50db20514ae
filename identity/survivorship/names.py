"""The names of persons and companies, as records say them."""

from collections.abc import Iterable
from functools import lru_cache
from operator import attrgetter

from daifuku.records import MappedRecord
from identity import normalize
from identity.features import Features
from identity.survivorship.sayings import KEPT, Sayings, Value, Values
from identity.survivorship.shown import NameTexts, ShownName, name_as_shown, shown_name

PERSON_NAMES = NameTexts._fields
"""Fields that survive together, so that no name is made of two."""

_name_texts = attrgetter(*PERSON_NAMES)
_names = Sayings()


def person_name(record: MappedRecord, known: Features | None = None) -> Values:
    """The name of a person: all its writings, as one value."""
    texts = _name_texts(record)
    values = _names.get(texts)
    return _names.keep(texts, _shown_name(texts, known)) if values is None else values


def _shown_name(texts: Iterable[str | None], known: Features | None) -> Values:
    said = NameTexts._make([text or "" for text in texts])
    name: ShownName | None
    if known is not None and known.name.full:
        name = name_as_shown(said, known.name)
    else:
        name = shown_name(said)
    if name is None or not name.fields:
        return ()
    text = name.fields.get("name") or name.fields.get("name_kana", "")
    key, size = name.key or text, name.whole + name.usual
    return (Value(name, key, text, size, complete=name.whole, native=name.native),)


@lru_cache(KEPT)
def _company(text: str, kana: str) -> Values:
    known, shown = normalize.company(text, kana), normalize.official_name(text)
    if not shown:
        return ()
    script = normalize.script_of(shown)
    # A legal form beside kana alone (カ）アクメ) is how banks write.
    complete = bool(known.legal_form) and not known.branch and script != "kana"
    native = {"kana": 1, "latin": 2}.get(script, 0)
    key = known.key or shown
    return (Value(shown, key, shown, len(shown), complete=complete, native=native),)


def company_name(record: MappedRecord, _: Features | None = None) -> Values:
    """The name of an organisation, as it is written officially."""
    text = record.name or record.organization
    return _company(text, record.name_kana or "") if text else ()


def employer(record: MappedRecord, _: Features | None = None) -> Values:
    """The organisation that a person belongs to."""
    return _company(record.organization, "") if record.organization else ()
