"""Runs `daifuku` commands, a JSON list of argument lists on standard input, in one process.

A command may begin with NAME=VALUE, as in a shell, for the environment from then on.
"""

import contextlib
import json
import os
import sys

from api.cli.main import run

for first, *others in json.load(sys.stdin):
    name, equals, value = first.partition("=")
    if equals:
        os.environ[name] = value
    sys.argv = ["daifuku", *([] if equals else [first]), *others]
    with contextlib.suppress(SystemExit):
        run()
