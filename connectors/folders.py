"""A connector as its folder offers it: Python, or a low-code manifest."""

import hashlib
import importlib
import re
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from connectors.low_code.offer import low_code
from connectors.protocol import Connector, ConnectorSpec
from daifuku.errors import UserError

BUILTIN_PACKAGE = "connectors.builtin"
_BUILTIN = Path(__file__).parent / "builtin"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_SET_ASIDE = re.compile(r"[._].*")
"""Folders that are none of ours: caches, version control."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a connector is, and how one is built from a validated config."""

    spec: ConnectorSpec
    connect: Callable[[Any], Connector]


def subfolders(folder: Path) -> Mapping[str, Path]:
    """The connectors' folders in `folder`, by name; none if it does not exist."""
    try:
        found = sorted(path for path in folder.iterdir() if path.is_dir())
    except OSError:
        return {}
    return {path.name: path for path in found if not _SET_ASIDE.fullmatch(path.name)}


def read_part(path: Path) -> str | None:
    """The text of a file of a connector; None if it has no such file.

    Raises:
        UserError: it is there and cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        raise UserError(f"{path} cannot be read: it is not UTF-8.") from None
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}.") from None


def offer_of(name: str, folder: Path) -> Offer:
    """The connector in `folder`, loaded once.

    Raises:
        UserError: it cannot be loaded; the message names the file at fault and what is wrong.
    """
    if folder.parent == _BUILTIN and not (folder / "connector.yaml").is_file():
        return _python(importlib.import_module(f"{BUILTIN_PACKAGE}.{name}.connector"))
    return _loaded(name, folder)


@cache
def _loaded(name: str, folder: Path) -> Offer:
    if not _NAME.fullmatch(name):
        raise UserError(
            f"{folder} cannot be a connector: its name will not do.",
            hint="Use up to 63 lower-case letters, digits and _, a letter first.",
        )
    if (folder / "connector.py").is_file():
        offer = _python(_imported(name, folder), folder / "connector.py")
    elif (folder / "manifest.yaml").is_file():
        offer = Offer(*low_code(name, folder))
    else:
        raise UserError(
            f"{folder} is no connector: it has neither connector.py nor manifest.yaml.",
            hint="docs/adding-a-connector.md shows what belongs there.",
        )
    if offer.spec.name != name:
        raise UserError(
            f"{folder / 'connector.py'}: SPEC names the connector {offer.spec.name}.",
            hint=f"Name it {name}, as the folder.",
        )
    return offer


def _python(module: ModuleType, path: Path | None = None) -> Offer:
    spec, connect = getattr(module, "SPEC", None), getattr(module, "connect", None)
    if not isinstance(spec, ConnectorSpec):
        raise UserError(f"{path or module.__name__} offers no SPEC, which is a ConnectorSpec.")
    if not callable(connect):
        raise UserError(f"{path or module.__name__} offers no function connect(config).")
    return Offer(spec, connect)


def _imported(name: str, folder: Path) -> ModuleType:
    """The folder's `connector`, in a package of its own, so that it may import what is beside it
    by `from .client import Client` and clashes with no other module."""
    digest = hashlib.blake2b(str(folder.parent).encode(), digest_size=4).hexdigest()
    package = ModuleType(f"own_connectors_{digest}")
    package.__path__ = [str(folder.parent)]
    sys.modules.setdefault(package.__name__, package)
    try:
        return importlib.import_module(f"{package.__name__}.{name}.connector")
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)
        inside = [frame for frame in frames if Path(frame.filename).is_relative_to(folder)]
        path = folder / "connector.py"
        where = f"{inside[-1].filename}:{inside[-1].lineno}" if inside else str(path)
        if isinstance(error, SyntaxError) and error.filename:
            where = f"{error.filename}:{error.lineno}"
        raise UserError(f"{where}: {type(error).__name__}: {error}") from error
