"""What every test can use: a local Plivo with one account, two pools and a few numbers."""

import gc
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from plivo_sandbox.engine import child_process
from plivo_sandbox.server.running import RunningSandbox
from pulumi_plivo.api import Client, MemberKind, Powerpack

from tests.warm.processes import WarmPython

# No test is about its speed, and the first draw of text in a fresh clone takes a second.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

AUTH_ID = "MATESTACCOUNT0000001"
AUTH_TOKEN = "token-of-the-test-account"
POOL = "7b1f5a0e-3c52-4c1e-9a4e-0d6a5f1b2c3d"
OTHER_POOL = "2c9d8e7f-6a5b-4c3d-8e1f-0a9b8c7d6e5f"
NO_POOL = "00000000-0000-4000-8000-000000000000"
NUMBER = "14155550100"
OTHER_NUMBER = "14155550101"
SMS_ONLY = "14155550109"
TOLL_FREE = "18005550100"
SHORTCODE = "77777"
NOT_RENTED = "14155559999"
#: On offer: what the account can buy.
FOR_SALE = "14155550190"
FOR_SALE_TOLL_FREE = "18335550193"
FOR_SALE_SMS_ONLY = "16135550192"

ACCOUNT: dict[str, Any] = {
    "accounts": [
        {
            "auth_id": AUTH_ID,
            "auth_token": AUTH_TOKEN,
            "numbers": [
                *({"number": f"1415555010{digit}"} for digit in range(8)),
                {"number": SMS_ONLY, "mms": False},
                {"number": "442071838750", "country_iso2": "GB"},
                {"number": TOLL_FREE, "type": "tollfree"},
            ],
            "powerpacks": [
                {
                    "name": "otp",
                    "uuid": "b4f7c1d2-0a3e-4c5b-9d8f-1e2a3b4c5d6e",
                    "number_pool_uuid": POOL,
                    "shortcodes": [SHORTCODE],
                },
                {
                    "name": "alerts",
                    "uuid": "c5a8d2e3-1b4f-4d6c-8e9a-2f3b4c5d6e7f",
                    "number_pool_uuid": OTHER_POOL,
                },
            ],
        }
    ],
    "numbers_for_sale": [
        {"number": FOR_SALE, "type": "local", "region": "California", "city": "San Francisco", "setup_rate": "0.25"},
        {"number": FOR_SALE_TOLL_FREE, "type": "tollfree"},
        {
            "number": FOR_SALE_SMS_ONLY,
            "country_iso2": "CA",
            "region": "Ontario",
            "mms": False,
            "monthly_rental_rate": "0.80",
        },
    ],
}


class Account:
    """What the sandbox holds of the test account."""

    def __init__(self, sandbox: RunningSandbox) -> None:
        self._sandbox = sandbox

    @property
    def _state(self) -> dict[str, Any]:
        state: dict[str, Any] = self._sandbox.state()["accounts"][AUTH_ID]
        return state

    @property
    def rented(self) -> set[str]:
        """The numbers that the account rents."""
        return set(self._state["numbers"])

    @property
    def unrented(self) -> list[str]:
        """The numbers that were given back."""
        return list(self._state["unrented"])

    def numbers(self, pool: str = POOL) -> dict[str, str]:
        """The numbers of a pool with their service."""
        return dict(self._state["pools"][pool]["numbers"])

    def rent(self, numbers: Iterable[str]) -> None:
        """Rent more numbers."""
        rented = [{"number": each} for each in numbers]
        self._sandbox.seed({"accounts": [{"auth_id": AUTH_ID, "auth_token": AUTH_TOKEN, "numbers": rented}]})

    def add(self, pool: str, number: str, service: str = "sms") -> None:
        """Put a number into a pool, as somebody at Plivo's console would."""
        with closing(self._by_hand()) as client:
            client.pool_members.add(MemberKind.NUMBER, pool, number, service=service)

    def remove(self, pool: str, number: str) -> None:
        """Take a number out of a pool, as somebody at Plivo's console would."""
        with closing(self._by_hand()) as client:
            client.pool_members.remove(MemberKind.NUMBER, pool, number)

    def rename_powerpack(self, uuid: str, name: str) -> None:
        """Rename a Powerpack, as somebody at Plivo's console would."""
        with closing(self._by_hand()) as client:
            client.powerpacks.update(uuid, {"name": name})

    def delete_powerpack(self, uuid: str) -> None:
        """Delete a Powerpack, as somebody at Plivo's console would."""
        with closing(self._by_hand()) as client:
            client.powerpacks.delete(uuid, unrent_numbers=False)

    @property
    def powerpacks(self) -> list[Powerpack]:
        """The account's Powerpacks."""
        with closing(self._by_hand()) as client:
            return list(client.powerpacks.all())

    def _by_hand(self) -> Client:
        return Client(AUTH_ID, AUTH_TOKEN, base_url=self._sandbox.base_url)

    def toll_frees(self, pool: str = POOL) -> set[str]:
        """The toll-free numbers of a pool."""
        return set(self._state["pools"][pool]["tollfrees"])

    def shortcodes(self, pool: str = POOL) -> set[str]:
        """The shortcodes of a pool."""
        return set(self._state["pools"][pool]["shortcodes"])


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[RunningSandbox]:
    """A local Plivo with the test account."""
    with RunningSandbox(tmp_path / "plivo.sqlite3") as running:
        running.seed(ACCOUNT)
        yield running


@pytest.fixture
def account(sandbox: RunningSandbox) -> Account:
    """What the sandbox holds of the test account."""
    return Account(sandbox)


@pytest.fixture(scope="session")
def warm_python() -> Iterator[WarmPython]:
    """Starts processes that have imported the SDK already."""
    warm = WarmPython()
    yield warm
    warm.close()


@pytest.fixture
def warm_engine(warm_python: WarmPython, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the embedded engine of this process start its programs and plugins warm."""
    monkeypatch.setattr(child_process, "subprocess", SimpleNamespace(Popen=warm_python.start, PIPE=subprocess.PIPE))


def pytest_collection_finish() -> None:
    """Keep what was imported out of every look for garbage: the tests make and drop little beside it."""
    gc.freeze()
