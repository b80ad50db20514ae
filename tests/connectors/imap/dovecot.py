"""A Dovecot of the test's own, as root or as anyone, on a free port of 127.0.0.1."""

import contextlib
import getpass
import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.support.servers import free_port

DOVECOT = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
PASSWORD = "secret"

_CONFIG = """
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{root}/mail/%u
first_valid_uid = 1
{users}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={root}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
namespace inbox {{
  inbox = yes
  mailbox Verschickt {{
    auto = create
    special_use = \\Sent
  }}
}}
"""

_OF_ONE_USER = """
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
"""


@contextlib.contextmanager
def dovecot_server() -> Iterator[int]:
    """The port of a running Dovecot; any user may log in with `PASSWORD`.

    Its folder of sent mail has an uncommon name and is marked by SPECIAL-USE.
    """
    assert DOVECOT is not None
    root = Path(tempfile.mkdtemp(prefix="dovecot-", dir="/tmp"))
    root.chmod(0o755)
    port = free_port()
    (root / "mail").mkdir()
    owner = pwd.getpwnam("nobody" if os.geteuid() == 0 else getpass.getuser())
    users = ""
    if os.geteuid() == 0:
        os.chown(root / "mail", owner.pw_uid, owner.pw_gid)
    else:
        users = _OF_ONE_USER.format(user=owner.pw_name, group=grp.getgrgid(owner.pw_gid).gr_name)
    config = root / "dovecot.conf"
    config.write_text(
        _CONFIG.format(
            root=root,
            users=users,
            password=PASSWORD,
            uid=owner.pw_uid,
            gid=owner.pw_gid,
            port=port,
        )
    )
    server = subprocess.Popen(
        [DOVECOT, "-F", "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait(server, port, root / "log")
        yield port
    finally:
        server.terminate()
        server.wait(20)
        shutil.rmtree(root, ignore_errors=True)


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 0.2).close()
            return
        time.sleep(0.02)
    raise RuntimeError(log.read_text()[-2_000:] if log.exists() else "Dovecot did not start.")
