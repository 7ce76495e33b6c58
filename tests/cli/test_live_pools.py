"""Who is in a pool, by lists that may say it twice."""

from typing import Any

import pytest
from plivo_sandbox.server.running import RunningSandbox
from pulumi_plivo.api import Client, MemberKind, PoolMember
from pulumi_plivo.api.number_pools import PoolMembers
from pulumi_plivo.cli.live_pools import read_pools
from pytest_mock import MockerFixture

from tests.conftest import AUTH_ID, AUTH_TOKEN, NUMBER, OTHER_NUMBER, POOL


@pytest.mark.parametrize("order", [1, -1])
def test_a_member_that_is_listed_once_for_each_service_is_one_without_a_service(
    sandbox: RunningSandbox, mocker: MockerFixture, order: int
) -> None:
    entries = [
        PoolMember(digits, POOL, "US", None, service)
        for digits, service in ((NUMBER, "sms"), (NUMBER, "mms"), (OTHER_NUMBER, "mms"))
    ]

    def listed(kind: MemberKind, _: str, **filters: Any) -> list[PoolMember]:
        assert not filters
        return entries[::order] if kind is MemberKind.NUMBER else []

    mocker.patch.object(PoolMembers, "all", side_effect=listed)
    pools, _ = read_pools(Client(AUTH_ID, AUTH_TOKEN, base_url=sandbox.base_url), [POOL])
    found = {each.digits: each.service for each in pools[POOL].numbers}
    assert found == {NUMBER: None, OTHER_NUMBER: "mms"}
