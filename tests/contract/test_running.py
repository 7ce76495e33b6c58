import gc
import socket
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
from plivo_sandbox.server.database import DatabaseError
from plivo_sandbox.server.faults import FaultError
from plivo_sandbox.server.quirks import QuirkError
from plivo_sandbox.server.running import PortTakenError, RunningSandbox

from tests.conftest import AUTH_ID, NUMBER, OTHER_NUMBER, POOL, SHORTCODE, TOLL_FREE
from tests.contract.conftest import SEED, Plivo


def test_the_state_survives_a_restart(tmp_path: Path) -> None:
    database = tmp_path / "plivo.sqlite3"
    with RunningSandbox(database) as first:
        first.seed(SEED)
        client = Plivo(first)
        client.add(NUMBER, TOLL_FREE)
        client.delete(f"Number/{OTHER_NUMBER}/")
        before = first.state()
        client.session.close()

    with RunningSandbox(database) as second:
        assert second.state() == before
        client = Plivo(second)
        assert client.get(f"NumberPool/{POOL}/Number/{NUMBER}/").status_code == 200
        client.session.close()


def test_the_state_tells_everything(plivo: Plivo) -> None:
    plivo.post(plivo.in_pool(f"Number/{NUMBER}/"), service="mms")
    plivo.add(TOLL_FREE)
    plivo.delete(f"Number/{OTHER_NUMBER}/")

    state = plivo.sandbox.state()["accounts"][AUTH_ID]

    assert state["unrented"] == [OTHER_NUMBER]
    assert NUMBER in state["numbers"]
    assert OTHER_NUMBER not in state["numbers"]
    assert state["pools"][POOL] == {
        "numbers": {NUMBER: "mms"},
        "tollfrees": {TOLL_FREE: "mms"},
        "shortcodes": [SHORTCODE],
    }


def test_every_call_is_recorded_in_order(plivo: Plivo) -> None:
    plivo.call("POST", f"/NumberPool//{POOL}/Number/{NUMBER}", params={"a": "b"}, json={"service": "mms"})
    plivo.get("Nowhere/")

    first, second = plivo.sandbox.calls

    assert (first.method, first.path) == ("POST", f"/v1/Account/{AUTH_ID}//NumberPool//{POOL}/Number/{NUMBER}")
    assert (first.query, first.body, first.status) == ("a=b", b'{"service": "mms"}', 200)
    assert (second.method, second.status) == ("GET", 404)


def test_a_taken_port_is_a_clear_error(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortTakenError, match=rf"cannot listen on 127\.0\.0\.1:{port}: Address already in use"):
            RunningSandbox(tmp_path / "x.sqlite3", port=port).__enter__()


def test_a_port_can_be_used_again_at_once(tmp_path: Path) -> None:
    with RunningSandbox(tmp_path / "x.sqlite3") as first:
        port = int(first.base_url.split(":")[2].removesuffix("/v1"))
        session = requests.Session()
        session.get(first.base_url, timeout=10)

    with RunningSandbox(tmp_path / "x.sqlite3", port=port) as second:
        assert session.get(second.base_url, timeout=10).status_code == 404
    session.close()


def test_it_listens_on_loopback_only(sandbox: RunningSandbox) -> None:
    assert sandbox.base_url.startswith("http://127.0.0.1:")
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as other:
        # On an address of its own the port is free, so the sandbox is not on all of them.
        other.bind(("127.0.0.2", int(sandbox.base_url.split(":")[2].removesuffix("/v1"))))


def test_it_can_be_started_and_stopped_many_times_and_leaves_nothing_open(tmp_path: Path) -> None:
    before = threading.active_count()

    for _ in range(20):
        with RunningSandbox(tmp_path / "x.sqlite3") as sandbox:
            assert requests.get(sandbox.base_url, timeout=10).status_code == 404

    gc.collect()
    assert threading.active_count() == before
    assert not (tmp_path / "x.sqlite3-wal").exists()


def test_stopping_closes_a_connection_that_was_opened_a_moment_ago(tmp_path: Path) -> None:
    for _ in range(50):
        with RunningSandbox(tmp_path / "x.sqlite3") as sandbox:
            address = ("127.0.0.1", int(sandbox.base_url.split(":")[2].removesuffix("/v1")))
            client = socket.create_connection(address)
            host = f"127.0.0.1:{address[1]}"
            client.sendall(f"POST /a HTTP/1.1\r\nHost: {host}\r\nContent-Length: 10\r\n\r\nab".encode())
        client.close()
    gc.collect()


def test_two_can_run_side_by_side(tmp_path: Path) -> None:
    with RunningSandbox(tmp_path / "a.sqlite3") as one, RunningSandbox(tmp_path / "b.sqlite3") as other:
        one.seed(SEED)

        assert one.base_url != other.base_url
        assert other.state() == {"accounts": {}}


def test_the_directory_of_the_database_is_made(tmp_path: Path) -> None:
    with RunningSandbox(tmp_path / "new" / "dir" / "x.sqlite3"):
        pass

    assert (tmp_path / "new" / "dir" / "x.sqlite3").exists()


def test_a_file_that_is_no_database_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("no database at all, just a text that is long enough to tell")

    with pytest.raises(DatabaseError, match=r"x\.txt is not a database of the sandbox"):
        RunningSandbox(tmp_path / "x.txt").__enter__()


def test_wrong_quirks_and_faults_are_refused_before_anything_starts(tmp_path: Path) -> None:
    with pytest.raises(QuirkError):
        RunningSandbox(tmp_path / "x.sqlite3", quirks={"nonsense": "1"})
    with pytest.raises(FaultError):
        RunningSandbox(tmp_path / "x.sqlite3", faults=["nonsense"])


def test_quirks_and_faults_can_be_given_at_the_start(tmp_path: Path) -> None:
    settings = {"quirks": {"error-shape": "text"}, "faults": ["GET */teapot/ status=418"]}
    with RunningSandbox(tmp_path / "x.sqlite3", **settings) as sandbox:  # type: ignore[arg-type]
        assert requests.get(sandbox.base_url, timeout=10).text == "not found"
        assert requests.get(f"{sandbox.base_url}/teapot", timeout=10).status_code == 418


def test_a_request_that_waits_for_anothers_transaction_is_answered(plivo: Plivo, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "plivo.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    statuses: list[int] = []
    asking = threading.Thread(target=lambda: statuses.append(plivo.get("Powerpack/").status_code))
    asking.start()
    while not plivo.sandbox.calls:
        asking.join(0.001)
    other.execute("ROLLBACK")
    other.close()
    asking.join()

    assert statuses == [200]


def test_many_clients_at_once_lose_no_write(plivo: Plivo) -> None:
    def add(number: str) -> None:
        client = Plivo(plivo.sandbox)
        client.add(number)
        client.session.close()

    numbers = [f"1415555010{digit}" for digit in range(8)]
    threads = [threading.Thread(target=add, args=(number,)) for number in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(plivo.members()) == set(numbers)


def admin(plivo: Plivo, method: str, name: str, **body: str) -> requests.Response:
    content = body if method == "POST" else None
    return requests.request(method, f"{plivo.origin}/_sandbox/{name}", json=content, timeout=10)


def test_faults_can_be_steered_by_admin_calls(plivo: Plivo) -> None:
    added = admin(plivo, "POST", "faults", fault="GET */Powerpack/ times=1 status=503")

    assert added.json() == [{"fault": "GET */Powerpack/ times=1 status=503", "seen": 0, "struck": 0}]
    assert [plivo.get("Powerpack/").status_code for _ in range(2)] == [503, 200]
    assert admin(plivo, "GET", "faults").json()[0] == {**added.json()[0], "seen": 2, "struck": 1}
    assert admin(plivo, "DELETE", "faults").json() == []
    assert admin(plivo, "GET", "faults").json() == []


def test_quirks_can_be_steered_by_admin_calls(plivo: Plivo) -> None:
    assert admin(plivo, "POST", "quirks", **{"error-shape": "text"}).json()["error-shape"] == "text"
    assert plivo.get("Nowhere/").text == "not found"
    assert admin(plivo, "GET", "quirks").json()["error-shape"] == "text"


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("faults", {"fault": "GET"}),
        ("faults", {}),
        ("quirks", {"nonsense": "1"}),
        ("quirks", {}),
        ("tokens", {AUTH_ID: ""}),
        ("tokens", {}),
    ],
)
def test_a_wrong_admin_call_is_a_400_that_says_why(plivo: Plivo, name: str, body: dict[str, str]) -> None:
    answer = admin(plivo, "POST", name, **body)

    assert answer.status_code == 400
    assert answer.json()["error"]


def test_an_accounts_token_is_rotated_by_an_admin_call_and_the_old_one_is_refused(plivo: Plivo) -> None:
    assert admin(plivo, "POST", "tokens", **{AUTH_ID: "rotated"}).json() == [AUTH_ID]

    assert plivo.get("Powerpack/").status_code == 401
    plivo.session.auth = (AUTH_ID, "rotated")
    assert plivo.get("Powerpack/").status_code == 200


def test_the_token_of_an_account_that_does_not_exist_can_not_be_rotated_and_no_other_is_then(plivo: Plivo) -> None:
    answer = admin(plivo, "POST", "tokens", **{AUTH_ID: "rotated", "MANOSUCHACCOUNT00001": "new"})

    assert (answer.status_code, answer.json()["error"]) == (404, "there is no account MANOSUCHACCOUNT00001")
    assert plivo.get("Powerpack/").status_code == 200


def test_a_call_that_is_held_back_goes_on_when_it_is_released(plivo: Plivo, sandbox: RunningSandbox) -> None:
    sandbox.add_fault("GET */Powerpack/ delay-answer=600")
    with ThreadPoolExecutor() as threads:
        answer = threads.submit(plivo.get, "Powerpack/")
        # Until the call has come there is nothing to let go.
        while not answer.done():
            admin(plivo, "POST", "release")

    assert answer.result().status_code == 200


def test_admin_calls_show_the_calls_and_the_state_and_are_not_calls_themselves(plivo: Plivo) -> None:
    plivo.get("Powerpack/")

    calls = admin(plivo, "GET", "calls").json()

    path = f"/v1/Account/{AUTH_ID}/Powerpack/"
    assert calls == [{"method": "GET", "path": path, "query": "", "body": "", "status": 200}]
    assert admin(plivo, "GET", "state").json() == plivo.sandbox.state()
    assert admin(plivo, "GET", "nothing").status_code == 404
    assert len(plivo.sandbox.calls) == 1
