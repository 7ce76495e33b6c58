"""The sandbox over plain HTTP: what a client in any language sees."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from plivo_sandbox.server.running import RunningSandbox

from tests.conftest import ACCOUNT, AUTH_ID, AUTH_TOKEN, POOL

OTHER_AUTH_ID = "MAOTHERACCOUNT000001"
OTHER_AUTH_TOKEN = "token-of-the-other-account"
SUBACCOUNT = "SASUBACCOUNT00000001"
SUBACCOUNT_TOKEN = "token-of-the-subaccount"
POWERPACK = "b4f7c1d2-0a3e-4c5b-9d8f-1e2a3b4c5d6e"
OTHER_POWERPACK = "c5a8d2e3-1b4f-4d6c-8e9a-2f3b4c5d6e7f"

SEED: dict[str, Any] = {
    "accounts": [
        *ACCOUNT["accounts"],
        {"auth_id": OTHER_AUTH_ID, "auth_token": OTHER_AUTH_TOKEN, "numbers": [{"number": "12125550120"}]},
        {
            "auth_id": SUBACCOUNT,
            "auth_token": SUBACCOUNT_TOKEN,
            "name": "front desk",
            "main_account": AUTH_ID,
            "powerpacks": [{"name": "own", "number_pool_uuid": "0d8c7b6a-5f4e-4d3c-9b2a-1f0e9d8c7b6a"}],
        },
    ],
    "numbers_for_sale": ACCOUNT["numbers_for_sale"],
}


class Plivo:
    """One account's plain HTTP client of a sandbox; paths are below the account."""

    def __init__(self, sandbox: RunningSandbox, auth_id: str = AUTH_ID, auth_token: str = AUTH_TOKEN) -> None:
        self.sandbox = sandbox
        self.auth_id = auth_id
        self.origin = sandbox.base_url.removesuffix("/v1")
        self.session = requests.Session()
        self.session.auth = (auth_id, auth_token)

    def call(self, method: str, path: str, **arguments: Any) -> requests.Response:
        """Send one request and return its answer."""
        url = f"{self.origin}/v1/Account/{self.auth_id}/{path}"
        return self.session.request(method, url, timeout=10, **arguments)

    def get(self, path: str, **query: Any) -> requests.Response:
        """GET with these query arguments."""
        return self.call("GET", path, params=query)

    def post(self, path: str, **body: Any) -> requests.Response:
        """POST with these arguments as a JSON body."""
        return self.call("POST", path, json=body)

    def delete(self, path: str, **arguments: Any) -> requests.Response:
        """DELETE without arguments, unless `json` or `params` say otherwise."""
        return self.call("DELETE", path, **arguments)

    def in_pool(self, route: str, pool: str = POOL) -> str:
        """Return the path of a route of the pool."""
        return f"NumberPool/{pool}/{route}"

    def add(self, *numbers: str, pool: str = POOL) -> None:
        """Put numbers into the pool, toll-frees by their own route."""
        for number in numbers:
            route = "Tollfree" if number.startswith("1800") else "Number"
            assert self.post(self.in_pool(f"{route}/{number}/", pool)).status_code == 200

    def state(self) -> dict[str, Any]:
        """Return what the sandbox holds of the account."""
        state: dict[str, Any] = self.sandbox.state()["accounts"][self.auth_id]
        return state

    def rents(self, number: str) -> bool:
        """Tell whether the account rents the number."""
        return number in self.state()["numbers"]

    def members(self, pool: str = POOL) -> dict[str, str]:
        """Return the numbers and toll-frees of a pool with their service."""
        held = self.state()["pools"][pool]
        return {**held["numbers"], **held["tollfrees"]}


def objects(response: requests.Response, key: str = "number") -> list[str]:
    """Return one field of every object of a list, in its order."""
    return [entry[key] for entry in response.json()["objects"]]


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[RunningSandbox]:
    """A sandbox with the test account, another one, a subaccount, and numbers for sale."""
    with RunningSandbox(tmp_path / "plivo.sqlite3") as running:
        running.seed(SEED)
        yield running


@pytest.fixture
def plivo(sandbox: RunningSandbox, request: pytest.FixtureRequest) -> Iterator[Plivo]:
    """The test account's client; a parameter holds quirks to put in force."""
    for name, value in getattr(request, "param", {}).items():
        sandbox.set_quirk(name, value)
    client = Plivo(sandbox)
    yield client
    client.session.close()


@pytest.fixture
def client_of(sandbox: RunningSandbox) -> Iterator[Callable[[str, str], Plivo]]:
    """Make clients with other credentials."""
    clients = []

    def make(auth_id: str, auth_token: str) -> Plivo:
        clients.append(Plivo(sandbox, auth_id, auth_token))
        return clients[-1]

    yield make
    for client in clients:
        client.session.close()
