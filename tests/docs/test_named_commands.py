"""Every command that a message or a page names is there."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.support.commands import every_command

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"(?:(?<!role )\bdaifuku|\./run hub) ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?")
READ = ("api/**/*.py", "connectors/**/*", "daifuku/**/*.py", "demo/**/*.py", "docs/**/*.md")
READ += ("mapping/**/*.py", "sync/**/*.py", "README.md")


def named() -> Iterator[tuple[str, str, str]]:
    """(file, first word, second word or nothing) of all that is written like a command."""
    for pattern in READ:
        for path in ROOT.glob(pattern):
            if path.suffix not in (".py", ".md"):
                continue
            text = re.sub(r'"\n\s*f?"', "", path.read_text(encoding="utf-8"))
            for first, second in NAMED.findall(text):
                yield str(path.relative_to(ROOT)), first, second


def test_every_command_that_is_named_is_there() -> None:
    known = {tuple(words.split()) for words, _ in every_command()}
    groups = {words[0] for words in known if len(words) > 1}
    alone = {words[0] for words in known if len(words) == 1}
    wrong = {
        (file, first, second)
        for file, first, second in named()
        if first not in alone and not (first in groups and (not second or (first, second) in known))
    }
    assert wrong == set()
