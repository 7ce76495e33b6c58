"""What a program is told that declares a number twice, as far as its pools are known."""

import asyncio

import pulumi
import pytest
from pulumi_plivo import PoolNumber

from tests.conftest import NUMBER, POOL
from tests.program.mocked import run


def not_known() -> pulumi.Output[str]:
    """Return what no resource has told yet, as at a preview."""
    loop = asyncio.get_event_loop()
    value, is_known = loop.create_future(), loop.create_future()
    value.set_result(None)
    is_known.set_result(False)
    return pulumi.Output(set(), value, is_known)


def test_a_pool_that_is_not_known_yet_is_said_to_be_so_where_a_number_is_declared_twice() -> None:
    def program() -> None:
        PoolNumber("a", number_pool_uuid=POOL, number=NUMBER)
        PoolNumber("b", number_pool_uuid=not_known(), number=NUMBER)

    with pytest.raises(pulumi.RunError) as raised:
        run(program, is_preview=True)
    assert str(raised.value) == (
        f"number {NUMBER} is declared twice: by PoolNumber a in pool {POOL} and by PoolNumber b in pool (not known"
        " yet); a number belongs to one resource: remove one of the two"
    )
