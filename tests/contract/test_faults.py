import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from plivo_sandbox.server.faults import ACTIONS, FaultError, parse_fault
from plivo_sandbox.server.running import RunningSandbox

from tests.conftest import NUMBER, OTHER_NUMBER, POOL
from tests.contract.conftest import Plivo

PATH = f"NumberPool/{POOL}/Number/{NUMBER}/"
ADD = "POST */Number/*"

TESTED: set[str] = set()


def fault(action: str) -> pytest.MarkDecorator:
    """Put the fault in force for every POST, and count its action as tested."""
    TESTED.add(action.partition("=")[0])
    return pytest.mark.parametrize("faulty", [f"{ADD} {action}"], indirect=True, ids=[action])


@pytest.fixture
def faulty(plivo: Plivo, request: pytest.FixtureRequest) -> Iterator[Plivo]:
    """A client of the sandbox with the fault."""
    plivo.sandbox.add_fault(request.param)
    yield plivo
    plivo.sandbox.clear_faults()


def test_every_action_has_its_test() -> None:
    assert set(ACTIONS) == TESTED


@fault("drop")
def test_a_dropped_call_has_no_answer_and_no_effect(faulty: Plivo) -> None:
    with pytest.raises(requests.ConnectionError):
        faulty.post(PATH)

    assert faulty.members() == {}
    assert faulty.sandbox.calls[-1].status is None


@fault("drop-answer")
def test_a_call_whose_answer_is_dropped_has_its_effect(faulty: Plivo) -> None:
    with pytest.raises(requests.ConnectionError):
        faulty.post(PATH)

    assert faulty.members() == {NUMBER: "sms"}
    assert faulty.sandbox.calls[-1].status is None


@fault("truncate")
def test_a_truncated_answer_breaks_off_after_the_effect(faulty: Plivo) -> None:
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        faulty.post(PATH)

    assert faulty.members() == {NUMBER: "sms"}
    assert faulty.sandbox.calls[-1].status == 200


@fault("empty")
def test_an_empty_answer_is_a_200_after_the_effect(faulty: Plivo) -> None:
    answer = faulty.post(PATH)

    assert (answer.status_code, answer.content) == (200, b"")
    assert faulty.members() == {NUMBER: "sms"}


@fault("status=503")
def test_a_status_is_answered_without_effect(faulty: Plivo) -> None:
    answer = faulty.post(PATH)

    assert (answer.status_code, answer.content) == (503, b"")
    assert faulty.members() == {}
    assert faulty.sandbox.calls[-1].status == 503


@fault("status-after=500 body='{\"error\": \"lost\"}' header=Retry-After:1 header='X-Note: a b'")
def test_a_status_after_is_answered_after_the_effect_with_body_and_headers(faulty: Plivo) -> None:
    answer = faulty.post(PATH)

    assert (answer.status_code, answer.json()) == (500, {"error": "lost"})
    assert (answer.headers["Retry-After"], answer.headers["X-Note"]) == ("1", "a b")
    assert faulty.members() == {NUMBER: "sms"}


@fault("delay=3600")
def test_a_delayed_call_has_its_effect_only_after_the_delay(faulty: Plivo) -> None:
    with pytest.raises(requests.ReadTimeout):
        faulty.session.post(f"{faulty.origin}/v1/Account/{faulty.auth_id}/{PATH}", timeout=0.05)

    assert faulty.members() == {}
    assert faulty.get("Powerpack/").status_code == 200


@fault("delay-answer=3600")
def test_a_call_whose_answer_is_delayed_has_its_effect_at_once(faulty: Plivo) -> None:
    with pytest.raises(requests.ReadTimeout):
        faulty.session.post(f"{faulty.origin}/v1/Account/{faulty.auth_id}/{PATH}", timeout=0.05)
    while not faulty.sandbox.calls:
        continue

    assert faulty.get("Powerpack/").status_code == 200
    assert faulty.members() == {NUMBER: "sms"}


@pytest.mark.parametrize("action", ["delay=0", "delay-answer=0.001"])
def test_a_delay_ends_with_the_ordinary_answer(plivo: Plivo, action: str) -> None:
    plivo.sandbox.add_fault(f"{ADD} {action}")

    assert plivo.post(PATH).json()["number"] == NUMBER


@pytest.mark.parametrize("action", ["delay=3600", "delay-answer=3600"])
def test_stopping_does_not_wait_for_a_delayed_call(tmp_path: Path, action: str) -> None:
    arrived = threading.Event()
    with RunningSandbox(tmp_path / "x.sqlite3", faults=[f"GET * {action}"]) as sandbox:

        def ask() -> None:
            arrived.set()
            with pytest.raises(requests.ConnectionError):
                requests.get(sandbox.base_url, timeout=60)

        asking = threading.Thread(target=ask)
        asking.start()
        arrived.wait()
        while not sandbox.calls:
            asking.join(0.001)
    asking.join()


@pytest.mark.parametrize(
    ("words", "struck"),
    [
        ("", [1, 2, 3, 4, 5]),
        ("nth=2", [2]),
        ("times=2", [1, 2]),
        ("nth=2 times=2", [2, 3]),
        ("nth=9", []),
    ],
)
def test_a_fault_strikes_the_calls_that_nth_and_times_name(plivo: Plivo, words: str, struck: list[int]) -> None:
    plivo.sandbox.add_fault(f"GET */Powerpack/ {words} status=503")

    statuses = [plivo.get("Powerpack/").status_code for _ in range(5)]

    assert [place for place, status in enumerate(statuses, 1) if status == 503] == struck


@pytest.mark.parametrize(
    ("pattern", "statuses"),
    [
        ("GET */Number/*", (503, 503, 200)),
        ("GET */Number/?*", (503, 200, 200)),
        ("GET */Number/", (200, 503, 200)),
        ("* *", (503, 503, 503)),
        ("get */Powerpack/", (200, 200, 503)),
        ("POST */Number/*", (200, 200, 200)),
        (f"GET *{NUMBER}/", (503, 200, 200)),
        ("GET */[NP]umber/", (200, 503, 200)),
    ],
)
def test_a_fault_strikes_the_methods_and_paths_that_match(
    plivo: Plivo, pattern: str, statuses: tuple[int, ...]
) -> None:
    plivo.add(NUMBER)
    plivo.sandbox.add_fault(f"{pattern} status=503")

    answers = (plivo.get(PATH), plivo.get(plivo.in_pool("Number")), plivo.get("/Powerpack//"))

    assert tuple(answer.status_code for answer in answers) == statuses


def test_of_two_faults_the_one_added_first_strikes_and_both_count(plivo: Plivo) -> None:
    plivo.sandbox.add_fault("GET * times=1 status=503")
    plivo.sandbox.add_fault("GET * nth=2 status=429")

    assert [plivo.get("Powerpack/").status_code for _ in range(3)] == [503, 429, 200]


def test_cleared_faults_strike_no_more(plivo: Plivo) -> None:
    plivo.sandbox.add_fault("* * status=503")
    plivo.sandbox.clear_faults()

    assert plivo.get("Powerpack/").status_code == 200


def test_a_call_that_would_fail_fails_the_same_when_its_answer_is_truncated(plivo: Plivo) -> None:
    plivo.sandbox.add_fault("* * truncate")

    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        plivo.get(PATH)
    assert plivo.sandbox.calls[-1].status == 404


def test_the_connection_of_a_status_fault_lives_on(plivo: Plivo) -> None:
    plivo.sandbox.add_fault(f"POST *{NUMBER}/ status=503 body=busy")

    assert plivo.post(PATH).text == "busy"
    assert plivo.post(plivo.in_pool(f"Number/{OTHER_NUMBER}/")).status_code == 200


@pytest.mark.parametrize(
    ("specification", "complaint"),
    [
        ("", "it needs a method, a path and an action"),
        ("GET *", "it needs a method, a path and an action"),
        ("GET * nth=1", "it has no action; there are: drop, drop-answer"),
        ("GET * explode", "'explode' is not known here"),
        ("GET * drop empty", "'empty' is not known here"),
        ("GET * drop=1", "drop takes no value"),
        ("GET * delay", "delay needs seconds"),
        ("GET * delay=-1", "delay needs seconds"),
        ("GET * delay=nan", "delay needs seconds"),
        ("GET * status", "status needs a status"),
        ("GET * status=99", "status needs a status"),
        ("GET * nth=0 drop", "whole numbers from 1"),
        ("GET * times=x drop", "whole numbers from 1"),
        ("GET * nth=1 nth=2 drop", "'nth=2' is not known here"),
        ("GET * drop body=x", "only status and status-after take a body"),
        ("GET * empty header=A:b", "only status and status-after take a body"),
        ("GET * status=503 header=A:b header=A", "a header is written NAME:VALUE"),
        ("GET * status=503 'header=A B:c'", "a header is written NAME:VALUE"),
        ("GET * status=503 header=A:\u20ac", "a header is written NAME:VALUE"),
        ("GET * status=503 header=Content-Length:3", "Content-Length follows from the body"),
        ("GET * status=204 body=x", "an answer with status 204 has no body"),
        ("GET * status=503 body='x", "No closing quotation"),
    ],
)
def test_a_wrong_fault_is_a_clear_error(specification: str, complaint: str) -> None:
    with pytest.raises(FaultError, match=complaint):
        parse_fault(specification)
