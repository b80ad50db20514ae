"""SudachiPy as a further source of readings (the extra `readings`).

It knows more names than the table, but results must not depend on what happens to be
installed: it is asked only once it has been switched on.
"""

import importlib

from daifuku.errors import UserError
from identity.normalize.persons import forget_names
from identity.normalize.readings import set_tokenizer


def use_sudachi(enabled: bool) -> None:
    """Switch SudachiPy's readings on or off, for the whole process; off at the start.

    Switch before the first name is normalised: a model version must see one setting only.

    Raises:
        UserError: it is not installed.
    """
    if not enabled:
        set_tokenizer(None)
    else:
        try:
            sudachipy = importlib.import_module("sudachipy")
        except ImportError:
            raise UserError(
                "SudachiPy is not installed.", hint="Install the extra: daifuku[readings]."
            ) from None
        dictionary = sudachipy.Dictionary(dict="small")
        # Before 0.7 the method is called `create`; since then that name warns.
        make = getattr(dictionary, "tokenizer", None) or dictionary.create
        set_tokenizer(make(mode=sudachipy.SplitMode.A).tokenize)
    forget_names()
