"""The supervisor: a worker process that dies or hangs is replaced, and none outlives it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from sync.supervisor import LONGEST_WAIT, STEADY_SECONDS, wait_after
from tests.support.deadline import until
from tests.support.supervising import did, supervisor


def alive(pid: int) -> bool:
    """Whether the process runs; one that ended and was not waited for does not."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False


def test_a_killed_process_is_replaced_and_the_others_go_on(tmp_path: Path) -> None:
    with supervisor("living", tmp_path, 2):
        until(lambda: len(did(tmp_path, "began")) == 2, what="two processes")
        victim, other = did(tmp_path, "began")
        os.kill(victim, signal.SIGKILL)
        until(lambda: len(did(tmp_path, "began")) == 3, what="a third")
        assert alive(other)


def test_one_that_dies_at_once_is_started_again(tmp_path: Path) -> None:
    with supervisor("dying", tmp_path):
        until(lambda: len(did(tmp_path, "began")) >= 3, what="three in turn")


def test_the_next_one_waits_longer_each_time_that_one_dies_at_once() -> None:
    waits = [0.0]
    for _ in range(9):
        waits.append(wait_after(waits[-1], lived=0.1))
    assert waits[1:6] == [0.5, 1, 2, 4, 8]
    assert waits[-1] == LONGEST_WAIT
    assert wait_after(LONGEST_WAIT, lived=STEADY_SECONDS) == 0


def test_one_that_holds_the_interpreter_is_killed_and_replaced(tmp_path: Path) -> None:
    with supervisor("holding", tmp_path):
        until(lambda: len(did(tmp_path, "began")) == 2, seconds=40, what="another process")
        assert sum(alive(pid) for pid in did(tmp_path, "began")) == 1


def test_one_in_which_a_job_hangs_is_stopped_and_replaced(tmp_path: Path) -> None:
    with supervisor("complaining", tmp_path):
        until(lambda: len(did(tmp_path, "began")) == 2, what="another process")
        assert len(did(tmp_path, "stopped")) == 1


def test_sigterm_stops_them_all_in_good_order(tmp_path: Path) -> None:
    with supervisor("living", tmp_path, 2) as process:
        until(lambda: len(did(tmp_path, "began")) == 2, what="two processes")
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert sorted(did(tmp_path, "stopped")) == sorted(did(tmp_path, "began"))


def test_none_outlives_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    with supervisor("living", tmp_path, 2) as process:
        until(lambda: len(did(tmp_path, "began")) == 2, what="two processes")
        process.kill()
        until(lambda: len(did(tmp_path, "stopped")) == 2, what="both to stop")


def test_it_does_not_outlive_the_process_that_started_it(tmp_path: Path) -> None:
    code = (
        "import sys; from tests.support.supervising import supervisor; from pathlib import Path\n"
        f"with supervisor('living', Path({str(tmp_path)!r})) as p:\n"
        " print(p.pid, flush=True); p.wait()"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    with parent.stdout as said:
        pid = int(said.readline())
    until(lambda: did(tmp_path, "began"), what="a process")
    parent.kill()
    parent.wait()
    until(lambda: did(tmp_path, "stopped") and not alive(pid), what="both to end")
