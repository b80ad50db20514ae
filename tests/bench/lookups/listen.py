"""Runs an ASGI app on a free port and prints the port."""

import socket
from typing import Any

import uvicorn


def listen(app: Any) -> None:
    """Serve `app` on loopback until terminated."""
    with socket.socket() as link:
        link.bind(("127.0.0.1", 0))
        link.listen()
        print(link.getsockname()[1], flush=True)
        config = uvicorn.Config(app, log_config=None, access_log=False)
        uvicorn.Server(config).run(sockets=[link])
