"""Runs `daifuku` commands, a JSON list of argument lists on standard input, in one process."""

import contextlib
import json
import sys

from api.cli.main import run

for arguments in json.load(sys.stdin):
    sys.argv = ["daifuku", *arguments]
    with contextlib.suppress(SystemExit):
        run()
