"""Finds connectors by name: each is a folder with all there is to it.

- `connector.py` offers `SPEC: ConnectorSpec` and `connect(config) -> Connector`; it is imported
  only when its connector is used, so that a heavy one costs nothing to the others. In its place
  there may be a low-code `manifest.yaml` and a `connector.yaml` that says what it reads.
- `mapping.yaml` says how its records map where a source brings no mapping of its own.
- `README.md` and `README.ja.md` say how to set it up, in English and in Japanese.

The folders are those in `connectors/builtin` and those in the installation's own folder,
`DAIFUKU_CONNECTORS`, by default `connectors` in its home.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from pydantic import ValidationError

from connectors.folders import Offer, offer_of, read_part, subfolders
from connectors.protocol import Connector, ConnectorSpec
from connectors.settings import faults_of
from daifuku.errors import ConfigError, NotFoundError, UserError
from daifuku.settings import load_settings

if TYPE_CHECKING:
    from connectors.oauth import OAuthSettings, Renewal  # the HTTP client is slow to load

BUILTIN = Path(__file__).parent / "builtin"


def names() -> tuple[str, ...]:
    """Every connector's name, sorted: the built-in ones and the installation's own."""
    return tuple(sorted({*_builtin(), *_own()}))


def spec(name: str) -> ConnectorSpec:
    """The connector's spec.

    Raises:
        NotFoundError: no connector has that name.
        UserError: it is one of the installation's own, and cannot be loaded.
    """
    return _offer(name).spec


def usable() -> tuple[list[ConnectorSpec], list[UserError]]:
    """The specs of all that can be used, and what is wrong with the installation's own others."""
    faults = dict(own_faults())
    sound = [name for name in names() if name in _builtin() or name not in faults]
    return [spec(name) for name in sound], list(faults.values())


def own_faults() -> Iterator[tuple[str, UserError]]:
    """What is wrong with which of the installation's own connectors."""
    for name, folder in _own().items():
        if name in _builtin():
            text = f"{folder} is not used: there is a built-in connector named {name}."
            yield name, UserError(text, hint="Rename the folder, and the name in its connector.")
            continue
        try:
            offer_of(name, folder)
        except UserError as error:
            yield name, error


def mapping_text(name: str) -> str:
    """The connector's own mapping, as written.

    Raises:
        NotFoundError: no connector has that name, or it has no mapping of its own.
    """
    text = read_part(_folder(name) / "mapping.yaml")
    if text is None:
        raise NotFoundError(
            f"The connector {name} has no mapping of its own: {_folder(name)} lacks mapping.yaml.",
            hint="Write one there, or give the source one.",
        )
    return text


def setup_page(name: str, language: str = "en") -> str:
    """How to set the connector up, as Markdown: in Japanese for `ja` where there is such a page.

    Raises:
        NotFoundError: no connector has that name, or it has no page.
    """
    pages = ("README.ja.md", "README.md") if language == "ja" else ("README.md",)
    for page in pages:
        text = read_part(_folder(name) / page)
        if text is not None:
            return text
    raise NotFoundError(
        f"The connector {name} has no set-up page: {_folder(name)} lacks README.md.",
        hint="Write one there.",
    )


def connect(name: str, config: Mapping[str, Any], *, renewal: "Renewal | None" = None) -> Connector:
    """A connector with this config, validated. `renewal` sees to its OAuth tokens, if it has any.

    Raises:
        NotFoundError: no connector has that name.
        ConfigError: the config does not fit; the message names each field, never its value.
        UserError: it is one of the installation's own, and cannot be loaded.
    """
    offer = _offer(name)
    try:
        parsed = offer.spec.config.model_validate(dict(config))
    except ValidationError as error:
        faults = faults_of(error)
        raise ConfigError(f"The settings of a {name} source do not fit: {faults}.") from None
    if renewal is not None and offer.spec.oauth is not None:
        cast("OAuthSettings", parsed).renewed_by(renewal)
    return offer.connect(parsed)


def _offer(name: str) -> Offer:
    return offer_of(name, _folder(name))


def _folder(name: str) -> Path:
    if name not in names():
        known = ", ".join(names())
        raise NotFoundError(f"There is no connector named {name!r}.", hint=f"Known: {known}.")
    own = _own()
    return own[name] if name in own and name not in _builtin() else BUILTIN / name


@cache
def _builtin() -> tuple[str, ...]:
    parts = ("connector.py", "connector.yaml")
    folders = subfolders(BUILTIN).items()
    return tuple(name for name, path in folders if any((path / part).is_file() for part in parts))


def _own() -> Mapping[str, Path]:
    return subfolders(load_settings().connectors_folder)
