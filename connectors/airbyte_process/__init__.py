"""Any Airbyte connector as a program of its own: it speaks the Airbyte protocol over its output.

Such programs pin other versions of everything than we do, are under licences of their own, and
are run, never imported. One module per concern: `install` gives a program an environment of its
own, `child` runs it within limits, `workspace` hands it its files, `catalog` and `states` turn
its streams and states into the hub's, `failures` its errors, `reading` all it says.

Protocol: https://docs.airbyte.com/platform/understanding-airbyte/airbyte-protocol (version 0).
"""
