"""Our side: a source of kind `sql`, synced and resolved into golden records."""

import pickle
import sys
from pathlib import Path

import yaml
from sqlalchemy import select

from daifuku.records import RunState
from daifuku.secrets import load_box
from daifuku.settings import Settings
from daifuku.storage.engine import open_store
from daifuku.storage.tables import mapped_record
from daifuku.storage.upgrade import upgrade
from sync.resolution import resolve_pending
from sync.runner import run_sync
from sync.sources import add_source
from tests.bench.resolvers.figures import cpu_seconds, peak_mb, quality, report

MAPPING = {
    "version": 1,
    "connector": "sql",
    "streams": {
        "people": {
            "records": [
                {
                    "entity": "person",
                    "fields": {
                        "name": "name",
                        "name_kana": "kana",
                        "emails": ["email"],
                        "phones": ["phone"],
                        "addresses": [{"text": "address", "postal_code": "postal_code"}],
                        "birth_date": "birth_date",
                        "identifiers": [
                            {"scheme": {"const": "customer"}, "value": "customer_number"}
                        ],
                    },
                }
            ]
        }
    },
}


def main(folder: Path) -> None:
    begun = cpu_seconds()
    url = f"sqlite:///{folder / 'hub.sqlite'}"
    upgrade(url)
    store = open_store(url)
    stream = {"name": "people", "table": "people", "primary_key": "id", "cursor": "updated_at"}
    config = {"url": f"sqlite:///{folder / 'people.sqlite'}", "streams": [stream]}
    box = load_box(Settings(home=folder))
    add_source(store, box, "crm", "sql", config, mapping=yaml.safe_dump(MAPPING))
    run = run_sync(store, box, "crm")
    if run.state is not RunState.SUCCEEDED:
        raise SystemExit(f"the sync {run.state}: {run.error}")
    synced = cpu_seconds()
    resolve_pending(store)
    done, memory = cpu_seconds(), peak_mb()
    groups: dict[str, list[int]] = {}
    with store.read() as tx:
        for row in tx.execute(select(mapped_record.c.external_id, mapped_record.c.golden_id)):
            groups.setdefault(row.golden_id, []).append(int(row.external_id))
    store.close()
    truth = pickle.loads((folder / "truth.pickle").read_bytes())
    report(
        cpu_s=round(done - begun, 2),
        sync_cpu_s=round(synced - begun, 2),
        rss_mb=round(memory),
        fetched=run.receipt.fetched,
        rejected=run.receipt.rejected,
        **quality(groups.values(), truth),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
