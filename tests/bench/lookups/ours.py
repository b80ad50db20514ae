"""Our API over the store."""

import sys
from pathlib import Path

from api.http.app import create_app
from daifuku.secrets import load_box
from daifuku.settings import Settings
from daifuku.storage.engine import open_store
from tests.bench.lookups.listen import listen

path = Path(sys.argv[1])
settings = Settings(home=path.parent)
listen(create_app(open_store(f"sqlite:///{path}"), settings, load_box(settings)))
