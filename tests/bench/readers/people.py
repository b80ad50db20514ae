"""The data of the reading benchmark: 100,000 people of about 316 bytes, a thousand a page."""

from typing import Any

import orjson

RECORDS = 100_000
PAGE = 1_000
START = 1_700_000_000


def person(number: int) -> dict[str, Any]:
    """One record; `updated` grows with `number`."""
    minutes, seconds = divmod(number, 60)
    hours, minutes = divmod(minutes, 60)
    return {
        "id": number,
        "name": f"Person Number {number:06}",
        "email": f"person.{number:06}@example.com",
        "phone": f"+8190{number:08}",
        "company": f"Company {number % 997} Ltd",
        "address": f"{number % 90 + 1}-{number % 9 + 1} Marunouchi, Chiyoda, Tokyo",
        "postal_code": f"100-{number % 10_000:04}",
        "notes": "x" * 73,
        "updated": f"2026-01-{hours // 24 + 1:02}T{hours % 24:02}:{minutes:02}:{seconds:02}Z",
    }


def pages() -> list[bytes]:
    """The bodies the server answers, ready made."""
    return [
        orjson.dumps(
            {
                "data": [person(n) for n in range(start, start + PAGE)],
                "next": start + PAGE if start + PAGE < RECORDS else None,
            }
        )
        for start in range(0, RECORDS, PAGE)
    ]
