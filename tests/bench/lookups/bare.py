"""The least a server can do: one query through the driver, the stored bytes as the answer."""

import sqlite3
import sys
from typing import Any
from urllib.parse import parse_qs

from tests.bench.lookups.listen import listen

connection = sqlite3.connect(sys.argv[1], check_same_thread=False)
BY_ID = "select body from golden_record where id = ?"
BY_EMAIL = (
    "select body from golden_record where id in "
    "(select golden_id from golden_key where kind = 'email' and value = ?)"
)


async def app(scope: dict[str, Any], _receive: Any, send: Any) -> None:
    if scope["type"] != "http":
        return
    path = scope["path"]
    if path.endswith("/lookup"):
        query = BY_EMAIL, parse_qs(scope["query_string"].decode())["email"][0]
    else:
        query = BY_ID, path.rpartition("/")[2]
    (body,) = connection.execute(query[0], (query[1],)).fetchone()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


listen(app)
