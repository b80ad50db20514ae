"""One module for each group of commands, loaded only when one of them is called."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """A command before it is loaded: its module here, whose `register` adds it, and its help."""

    module: str
    help: str


COMMANDS: Mapping[str, Entry] = {
    "serve": Entry("serve", "Serve the HTTP API, with a worker inside."),
    "worker": Entry("worker", "Sync, take deliveries in and resolve, until stopped."),
    "source": Entry("source", "Sources: connect, check, sync, mend."),
    "connectors": Entry("connectors", "Connectors: what can be connected, and how."),
    "jobs": Entry("jobs", "Jobs in the background: list, show, try again, discard."),
    "run": Entry("run", "Sync runs: show, log, cancel."),
    "mapping": Entry("mapping", "Mappings of sources onto the canonical model."),
    "resolve": Entry("resolve", "Resolve every pending record now."),
    "profile": Entry("profile", "Golden records: show, look up, explain."),
    "explain": Entry("explain", "Say why two are one golden record, or two."),
    "review": Entry("review", "Review tasks: list, show, decide."),
    "decide": Entry("steward", "Say of two that they are the same, or different."),
    "merge": Entry("steward", "Merge golden records."),
    "unmerge": Entry("steward", "Take records, or a whole merge, out of a golden record."),
    "undo": Entry("steward", "Take a decision back."),
    "history": Entry("steward", "What happened to a golden record."),
    "decisions": Entry("steward", "List the decisions of stewards."),
    "pin": Entry("pins", "Set a field of a golden record to a value."),
    "unpin": Entry("pins", "Take a pin back."),
    "pins": Entry("pins", "List the values that stewards set."),
    "model": Entry("model", "Match models: show, try, apply, train, evaluate."),
    "rules": Entry("rules", "Survivorship rules: what others would change."),
    "dedupe": Entry("dedupe", "Find who is who in a table, with no set-up."),
    "compare": Entry("compare", "Say whether two values mean the same, and why."),
    "key": Entry("keys", "Keys to the API."),
    "secret-key": Entry("keys", "Make a key for DAIFUKU_SECRET_KEY, or change over to it."),
    "notify": Entry("notify", "Who is told when a source fails, recovers or goes stale."),
    "incidents": Entry("notify", "What is amiss with sources now."),
    "db": Entry("database", "The database: its schema, backups."),
    "doctor": Entry("doctor", "Check the installation, and say what to mend."),
}
