"""`daifuku demo`: a world, five sources, golden records, and how true they are."""

import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console

from api.cli.output import print_json
from daifuku.errors import SystemFault
from daifuku.records import Receipt, RunState
from daifuku.settings import load_settings
from daifuku.storage.repositories import runs
from demo.alone import alone
from demo.hub import DemoHub, demo_hub
from demo.measure import examples, measure
from demo.report import print_api, print_report
from demo.result import Result, result
from demo.sources import Systems, running_systems
from demo.words import words
from demo.world import World, generate
from sync.inbox import process_inbox
from sync.resolution.resolver import resolve_pending
from sync.runner import run_sync
from sync.sources import add_source, update_config

_RESULT = "result.json"
_EVERY_RUN = 1_000


def run_demo(
    home: Path | None = None,
    *,
    seed: int = 1,
    scale: int = 5000,
    once: bool = False,
    as_json: bool = False,
    lang: str | None = None,
    port: int = 0,
    fresh: bool = False,
) -> Result:
    """Run the demo, print what came of it, and serve it until interrupted unless `once`.

    What a world came to is kept in `home` (by default the folder `demo` in DAIFUKU_HOME), so
    that its next start takes seconds; `fresh` begins anew. `as_json` prints one JSON object on
    stdout and progress on stderr. `lang` is en or ja.

    Raises:
        SystemFault: a source could not be synced.
        UserError: a demo of this world is running already.
    """
    say, console = words(lang), Console(stderr=as_json)
    place = (home or load_settings().home / "demo") / f"seed-{seed}-scale-{scale}"
    world = generate(seed, scale)
    with ExitStack() as stack:
        stack.enter_context(alone(place))
        kept = None if fresh else _kept(place)
        hub = stack.enter_context(demo_hub(place, fresh=kept is None))
        if kept is None:
            found = _Demo(hub, world, console, say).run()
            (place / _RESULT).write_bytes(orjson.dumps(found))
        else:
            found = kept
            console.print(say["again"])
        if as_json:
            print_json(found)
        else:
            print_report(console, found, say)
        if not once:
            _serve(hub, world, console, say, found=found, port=port)
    return found


def _kept(place: Path) -> Result | None:
    """The result of an earlier start, None if there was none or it did not end."""
    try:
        found: Result = orjson.loads((place / _RESULT).read_bytes())
    except (FileNotFoundError, orjson.JSONDecodeError):
        return None
    return found


class _Demo:
    """A first start: from an empty store to the result."""

    def __init__(
        self, hub: DemoHub, world: World, console: Console, say: Mapping[str, str]
    ) -> None:
        self._hub, self._world, self._console, self._say = hub, world, console, say

    def run(self) -> Result:
        started = time.monotonic()
        with self._console.status(self._say["loading"]) as status:
            with running_systems(self._world) as systems, self._hub.serving() as url:
                for setup in systems.sources:
                    status.update(self._say["syncing"].format(source=setup.name))
                    self._sync(setup.name, setup.connector, setup.config, setup.mapping)
                status.update(self._say["posting"])
                systems.deliver(url)
                for name in systems.pushing:
                    process_inbox(self._hub.store, self._hub.box, name)
            status.update(self._say["resolving"])
            resolve_pending(
                self._hub.store,
                progress=lambda done, due: status.update(
                    f"{self._say['resolving']} {done:,} / {due:,}"
                ),
            )
            status.update(self._say["measuring"])
            measured = measure(self._hub.store, self._world)
        return result(
            measured,
            self._receipts([setup.name for setup in systems.sources]),
            examples(self._hub.store),
            seed=self._world.seed,
            scale=self._world.scale,
            seconds=time.monotonic() - started,
        )

    def _sync(
        self, name: str, connector: str, config: Mapping[str, Any], mapping: str | None
    ) -> None:
        add_source(self._hub.store, self._hub.box, name, connector, config, mapping=mapping)
        run = run_sync(self._hub.store, self._hub.box, name)
        if run.state is not RunState.SUCCEEDED:
            raise SystemFault(f"The demo could not sync its source {name}: {run.error}")

    def _receipts(self, names: list[str]) -> dict[str, Receipt]:
        with self._hub.store.read() as tx:
            return {
                name: sum(
                    (run.receipt for run in runs.latest(tx, name, limit=_EVERY_RUN)), Receipt()
                )
                for name in names
            }


def _serve(
    hub: DemoHub,
    world: World,
    console: Console,
    say: Mapping[str, str],
    *,
    found: Result,
    port: int,
) -> None:
    """Serve the API, and the systems behind the sources, until interrupted."""
    with ExitStack() as stack:
        url = stack.enter_context(hub.serving(port))
        stack.enter_context(hub.worker())
        sample = f"/v1/profiles/{found['examples'][0]['id']}" if found["examples"] else "/healthz"
        home = str(hub.settings.home)
        print_api(console, say, url=url, key=hub.new_key(), sample=sample, home=home)
        systems: Systems = stack.enter_context(running_systems(world))
        for setup in systems.sources:
            update_config(hub.store, hub.box, setup.name, setup.config)
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            return
