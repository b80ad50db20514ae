"""Serves the benchmark's people over HTTP/1.1 in a process of its own; prints its port."""

import socket
import sys
import threading
from urllib.parse import parse_qs, urlsplit

from tests.bench.readers.people import PAGE, pages

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"


def answer(connection: socket.socket, bodies: list[bytes]) -> None:
    """Answer the requests of one connection."""
    with connection, connection.makefile("rb") as requests:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while line := requests.readline():
            while requests.readline() not in (b"\r\n", b""):
                pass
            query = parse_qs(urlsplit(line.split()[1]).query)
            body = bodies[int(query.get(b"offset", [b"0"])[0]) // PAGE]
            connection.sendall(HEAD % len(body) + body)


def serve(listener: socket.socket, bodies: list[bytes]) -> None:
    """Answer until the process is ended."""
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=answer, args=(connection, bodies), daemon=True).start()


if __name__ == "__main__":
    with socket.create_server(("127.0.0.1", 0)) as listening:
        sys.stdout.write(f"{listening.getsockname()[1]}\n")
        sys.stdout.flush()
        serve(listening, pages())
