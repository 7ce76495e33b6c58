"""Many single resources that adopt members of one pool share the pages of its list; what is absent is asked for."""

import math
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from plivo_sandbox.server.running import RunningSandbox
from pulumi_plivo.api import Client, MemberKind, Page
from pulumi_plivo.plugin.plivo_provider import PlivoProvider
from pulumi_plivo.pool_number import PoolNumberProvider
from pulumi_plivo.pool_toll_free import PoolTollFreeProvider

from tests.conftest import AUTH_ID, AUTH_TOKEN, Account
from tests.host.conftest import writes
from tests.host.one_run import Provide, one_run

BIG_POOL = "5d0a6f1e-2b3c-4d5e-8f90-a1b2c3d4e5f6"
NUMBERS = [str(14155590000 + each) for each in range(100)]
TOLL_FREES = [str(18005560000 + each) for each in range(40)]
#: Calls that a plugin serves at a time.
AT_A_TIME = 4


@pytest.fixture(autouse=True)
def big_pool(sandbox: RunningSandbox) -> None:
    """100 numbers and 40 toll-free ones in one pool, and one more of each that is rented."""
    rented = [
        *({"number": each} for each in [*NUMBERS, "14155599999"]),
        *({"number": each, "type": "tollfree"} for each in [*TOLL_FREES, "18005569999"]),
    ]
    pack = {"name": "big", "number_pool_uuid": BIG_POOL, "numbers": NUMBERS, "tollfrees": TOLL_FREES}
    account = {"auth_id": AUTH_ID, "auth_token": AUTH_TOKEN, "numbers": rented, "powerpacks": [pack]}
    sandbox.seed({"accounts": [account]})
    sandbox.calls.clear()


@pytest.fixture
def provide(sandbox: RunningSandbox) -> Iterator[Provide]:
    """A run."""
    with one_run(sandbox) as provide:
        yield provide


def adopt_each(provider: PlivoProvider, numbers: Sequence[str]) -> list[str]:
    """Create a resource for each number, four at a time as a plugin does; return those that were in the pool."""

    def adopt(number: str) -> bool:
        checked = provider.check({}, {"number_pool_uuid": BIG_POOL, "number": number, "adopt": True})
        assert not checked.failures
        created = provider.create(checked.inputs)
        return created.outs is not None and created.outs["details"]["adopted"] is True

    with ThreadPoolExecutor(AT_A_TIME) as threads:
        adopted = list(threads.map(adopt, numbers))
    return [number for number, is_so in zip(numbers, adopted, strict=True) if is_so]


@pytest.mark.parametrize(
    ("provider", "numbers", "listed"),
    [(PoolTollFreeProvider, TOLL_FREES, 40), (PoolNumberProvider, NUMBERS, 140)],
)
def test_each_resource_of_its_own_costs_no_read_of_its_own(
    provide: Provide, sandbox: RunningSandbox, provider: type[PlivoProvider], numbers: list[str], listed: int
) -> None:
    assert adopt_each(provide(provider), numbers) == numbers
    assert writes(sandbox) == []
    # The pages, the page for MMS, and single calls until they cost as much.
    assert len(sandbox.calls) <= 2 * math.ceil(listed / 20) + 4


def test_one_that_pages_do_not_show_is_asked_for_and_added(
    provide: Provide, sandbox: RunningSandbox, account: Account
) -> None:
    assert adopt_each(provide(PoolTollFreeProvider), [*TOLL_FREES, "18005569999"]) == TOLL_FREES
    assert writes(sandbox) == ["POST 18005569999"]
    assert "18005569999" in account.toll_frees(BIG_POOL)


def test_pages_that_shift_while_they_are_read_lose_none(
    provide: Provide, sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands = Client(AUTH_ID, AUTH_TOKEN, base_url=sandbox.base_url, rate_limit=0)
    provider = provide(PoolTollFreeProvider)
    client = provider.membership.client
    read, others = client.pool_members.page, iter([TOLL_FREES[0]])

    def page(*arguments: Any, **named: Any) -> Page:
        found = read(*arguments, **named)
        if named["offset"] == 0:
            # All that comes later moves one place to the front.
            for each in others:
                hands.pool_members.remove(MemberKind.TOLL_FREE, BIG_POOL, each)
        return found

    monkeypatch.setattr(client.pool_members, "page", page)
    assert adopt_each(provider, TOLL_FREES[1:]) == TOLL_FREES[1:]
    hands.close()
