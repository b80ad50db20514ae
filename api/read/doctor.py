"""Checks of an installation, each with what to do about what it found."""

import stat
import sys
from collections.abc import Iterator
from importlib.util import find_spec

import redis

from api.read.finding import Finding
from api.read.store_health import check_store
from connectors.registry import own_faults
from daifuku.errors import DaifukuError, SettingsError, UserError
from daifuku.secrets import load_box
from daifuku.settings import Settings
from daifuku.storage.engine import Store, open_store
from sync.sealing import seals


def examine(settings: Settings) -> list[Finding]:
    """All checks, in the order in which one would mend things."""
    findings = [_python(), *_key_file(settings), *_broker(settings), _readings()]
    findings += [_connector(error) for _, error in own_faults()]
    try:
        store = open_store(settings.store_url)
    except DaifukuError as error:
        return [*findings, Finding("database", "fault", error.message, error.hint)]
    try:
        found = list(check_store(store, settings))
        sound = all(one.level != "fault" for one in found if one.subject == "database")
        return [*findings, *found, *(_seals(store, settings) if sound else ())]
    finally:
        store.close()


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding("python", "ok", f"Python {version}.")


def _connector(error: UserError) -> Finding:
    """What is wrong with a connector of the installation's own."""
    return Finding("connectors", "fault", error.message, error.hint)


def _readings() -> Finding:
    if find_spec("sudachipy") is None:
        message = "Readings of names come from the name table and furigana alone."
        return Finding("readings", "ok", message, "The extra `readings` adds a dictionary.")
    return Finding("readings", "ok", "SudachiPy is installed.")


def _key_file(settings: Settings) -> Iterator[Finding]:
    path = settings.home / "secret.key"
    if settings.secret_key is not None or not path.exists():
        return
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        step = f"Run: chmod 600 {path}"
        yield Finding("secret key", "fault", f"Others can read {path}.", step)
    else:
        yield Finding("secret key", "ok", f"{path} is for its owner alone.")


def _seals(store: Store, settings: Settings) -> Iterator[Finding]:
    try:
        found = seals(store, load_box(settings))
    except SettingsError as error:
        yield Finding("secrets", "fault", error.message, error.hint)
        return
    if found.unknown:
        step = "Name their key in DAIFUKU_SECRET_KEYS_OLD, or enter them: daifuku source change."
        message = f"{found.unknown} are sealed with a key that this process does not have."
        yield Finding("secrets", "fault", message, step)
    elif found.old:
        step = "Run: daifuku secret-key rotate"
        yield Finding("secrets", "warning", f"{found.old} are sealed with an old key.", step)
    else:
        yield Finding("secrets", "ok", f"{found.current} are sealed with the current key.")


def _broker(settings: Settings) -> Iterator[Finding]:
    if settings.redis_url is None:
        yield Finding("broker", "ok", "None set: jobs run inside the process.")
        return
    try:
        with redis.Redis.from_url(settings.redis_url.get_secret_value(), socket_timeout=5) as link:
            info = link.info("persistence")
    except (redis.RedisError, OSError, ValueError) as error:
        step = "Start it, or mend DAIFUKU_REDIS_URL. Jobs are safe in the database meanwhile."
        yield Finding("broker", "fault", f"It does not answer ({type(error).__name__}).", step)
        return
    if isinstance(info, dict) and not info.get("aof_enabled"):
        step = "Start it with --appendonly yes."
        yield Finding("broker", "warning", "It forgets its messages when it is killed.", step)
    else:
        yield Finding("broker", "ok", "It answers and keeps its messages.")
