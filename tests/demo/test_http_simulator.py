"""The base of the simulators answers, remembers, and fails on demand."""

import threading
from collections.abc import Iterator

import pytest
import requests

from demo.simulators.faults import cut_json, html, reset, slow, status, truncated
from demo.simulators.http import Request, Response, Simulator
from demo.simulators.server import THREAD_PREFIX


class Greeter(Simulator):
    def __init__(self) -> None:
        super().__init__()
        self.route("GET", "/people/{name}", self.greet)
        self.route("POST", "/people", lambda request: Response(request.json(), 201))

    def greet(self, request: Request) -> Response:
        return Response({"hello": request.params["name"], "page": request.query.get("page")})


@pytest.fixture
def greeter() -> Iterator[Greeter]:
    with Greeter() as simulator:
        yield simulator


def test_it_routes_by_method_and_path_and_remembers_the_requests(greeter: Greeter) -> None:
    assert requests.get(f"{greeter.url}/people/hanako?page=2", timeout=5).json() == {
        "hello": "hanako",
        "page": "2",
    }
    assert requests.post(f"{greeter.url}/people", json={"a": 1}, timeout=5).status_code == 201
    assert requests.get(f"{greeter.url}/nothing", timeout=5).status_code == 404
    assert [request.path for request in greeter.requests] == [
        "/people/hanako",
        "/people",
        "/nothing",
    ]


def test_a_planned_status_is_answered_as_often_as_planned(greeter: Greeter) -> None:
    greeter.fail("/people/*", status(429, retry_after=7), times=2, after=1)
    answers = [requests.get(f"{greeter.url}/people/a", timeout=5) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 429, 429, 200]
    assert answers[1].headers["Retry-After"] == "7"


def test_bodies_are_damaged_on_demand(greeter: Greeter) -> None:
    url = f"{greeter.url}/people/a"
    greeter.fail("*", html())
    assert requests.get(url, timeout=5).text.startswith("<!DOCTYPE html>")
    greeter.fail("*", cut_json())
    with pytest.raises(ValueError, match=r"JSON|Unterminated|Expecting"):
        requests.get(url, timeout=5).json()
    greeter.fail("*", truncated())
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        requests.get(url, timeout=5)
    greeter.fail("*", reset())
    with pytest.raises(requests.exceptions.ConnectionError):
        requests.get(url, timeout=5)
    greeter.fail("*", slow(0.001))
    assert requests.get(url, timeout=5).json()["hello"] == "a"


def test_it_leaves_no_thread() -> None:
    with Greeter() as simulator, requests.Session() as session:
        session.get(f"{simulator.url}/people/a", timeout=5)
    left = [thread for thread in threading.enumerate() if thread.name.startswith(THREAD_PREFIX)]
    for thread in left:
        thread.join(timeout=5)
    assert not [thread for thread in left if thread.is_alive()]
