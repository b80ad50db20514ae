"""Finds transforms by name and checks their options when a mapping is loaded."""

import inspect
from collections.abc import Callable
from typing import Any

from mapping.document import Node
from mapping.faults import Faults, nearest
from mapping.text import text_of
from mapping.transforms import (
    choices,
    contacts,
    dates,
    html,
    numbers,
    patterns,
    people,
    places,
    words,
)

Transform = Callable[[Any], Any]
Maker = Callable[..., Transform]
"""Takes a transform's options as keywords and gives the transform; ValueError for a bad option."""


def _text(function: Callable[[str], Any]) -> Maker:
    """A transform without options that reads text; numbers reach it as text."""

    def make() -> Transform:
        def transform(value: Any) -> Any:
            text = value if isinstance(value, str) else text_of(value)
            return None if text is None else function(text)

        return transform

    make.__doc__ = function.__doc__
    return make


def _any(function: Transform) -> Maker:
    """A transform without options that reads any value."""

    def make() -> Transform:
        return function

    make.__doc__ = function.__doc__
    return make


TRANSFORMS: dict[str, Maker] = {
    "strip": words.strip,
    "lower": _text(words.lower),
    "upper": _text(words.upper),
    "title": _text(words.title),
    "nfkc": _text(words.nfkc),
    "katakana": _text(words.katakana),
    "digits": _text(words.digits),
    "one_line": _text(words.one_line),
    "split": words.split,
    "replace": patterns.replace,
    "regex": patterns.regex,
    "html_text": _text(html.html_text),
    "phone_text": _text(contacts.phone_text),
    "email_text": _text(contacts.email_text),
    "mail_address": contacts.mail_address,
    "split_name": people.split_name,
    "without_honorific": _text(people.without_honorific),
    "gender": _text(people.gender),
    "country": _text(places.country),
    "date": dates.date_of,
    "datetime": dates.datetime_of,
    "number": _any(numbers.number),
    "bool": _any(choices.bool_of),
    "not": _any(choices.not_of),
    "map": choices.map_of,
}


def compile_transform(node: Node, faults: Faults) -> Transform:
    """The transform written as `name` or `{name: {option: value}}`."""
    name, options = _named(node)
    if name not in TRANSFORMS:
        faults.add(
            node.line, node.path, f"There is no transform {name!r}.", nearest(name, TRANSFORMS)
        )
        return lambda value: value
    maker = TRANSFORMS[name]
    known = inspect.signature(maker).parameters
    for option in options:
        if option not in known:
            message = f"The transform {name!r} has no option {option!r}."
            faults.add(node.line, node.path, message, nearest(option, known))
    for option, parameter in known.items():
        if parameter.default is parameter.empty and option not in options:
            faults.add(node.line, node.path, f"The transform {name!r} needs the option {option!r}.")
            return lambda value: value
    try:
        return maker(**{option: value for option, value in options.items() if option in known})
    except (ValueError, TypeError) as error:
        faults.add(node.line, node.path, f"The transform {name!r}: {error}")
        return lambda value: value


def _named(node: Node) -> tuple[str, dict[str, Any]]:
    if isinstance(node.value, dict) and len(node.value) == 1:
        ((name, argument),) = node.value.items()
        options = argument.plain()
        return name, options if isinstance(options, dict) else {"": options}
    return str(node.plain()), {}
