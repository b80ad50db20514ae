"""`daifuku source authorize`: sign in to a source whose connector asks for OAuth."""

import webbrowser
from collections.abc import Mapping
from typing import Annotated

import typer

from api.cli.commands.source.manage import Name
from api.cli.context import Context, installation
from api.cli.loopback import Listener, is_loopback
from api.cli.output import JsonFlag, err, print_json, print_text
from daifuku.errors import UserError
from daifuku.storage.repositories import sources
from sync.sign_in import answer_in, begin, finish, let_in, needs_owner

HERE = "http://127.0.0.1:0/callback"


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""

    @app.command("authorize")
    def authorize(
        name: Name,
        *,
        redirect: Annotated[
            str,
            typer.Option(help="The redirect address registered at the source; port 0 is any."),
        ] = HERE,
        paste: Annotated[
            bool,
            typer.Option("--paste", help="The browser is elsewhere: paste where it ends up."),
        ] = False,
        browser: Annotated[
            bool, typer.Option(help="Open the browser; --no-browser prints the address only.")
        ] = True,
        wait: Annotated[float, typer.Option(min=1, help="Seconds to wait for the browser.")] = 300,
        as_json: JsonFlag = False,
    ) -> None:
        """Sign in to a source, so that it can be read until its owner takes that back."""
        with installation() as hub:
            if not needs_owner(hub.store, name):
                let_in(hub.store, hub.box, name)
            elif paste:
                _by_paste(hub, name, redirect)
            else:
                _by_browser(hub, name, redirect, opens=browser, seconds=wait)
            with hub.store.read() as tx:
                paused = sources.get(tx, name).paused
        if as_json:
            print_json({"source": name, "authorized": True, "paused": paused})
        else:
            step = "resume" if paused else "check"
            print_text(f"Signed in to {name}. Next: daifuku source {step} {name}")


def _by_browser(hub: Context, name: str, redirect: str, *, opens: bool, seconds: float) -> None:
    if not is_loopback(redirect):
        raise UserError(
            "A browser that is sent there does not come back to this machine.",
            hint="Add --paste, or give an address like http://127.0.0.1:8400/callback.",
        )

    def take(answer: Mapping[str, str]) -> str:
        return finish(hub.store, hub.box, answer)

    with Listener(redirect) as listener:
        url = begin(hub.store, hub.box, name, listener.redirect).url
        _say(f"Sign in there: {url}")
        if opens:
            webbrowser.open(url)
        listener.wait(take, seconds)


def _by_paste(hub: Context, name: str, redirect: str) -> None:
    url = begin(hub.store, hub.box, name, redirect).url
    _say(f"Sign in there, in any browser: {url}")
    _say("The page it ends at may not load. Copy its address from the browser's address line.")
    address = typer.prompt("Address", hide_input=True, err=True)
    finish(hub.store, hub.box, answer_in(address))


def _say(text: str) -> None:
    """On stderr, so that `--json` has stdout for itself."""
    err.print(text, markup=False)
