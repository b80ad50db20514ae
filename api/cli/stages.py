"""The stages of a long task, shown below each other: how much is done, how fast, how long yet."""

from rich.progress import Progress, TaskID


class Stages:
    """Shows each stage from when it is first heard of; call it with what is done and how much there
    is, None where that is not known."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        if stage not in self._tasks:
            self._tasks[stage] = self._bar.add_task(stage, total=total)
        self._bar.update(self._tasks[stage], completed=done, total=total)
