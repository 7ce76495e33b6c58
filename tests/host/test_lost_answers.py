"""After a lost answer the live pool decides: what worked is a success, what did not is an error."""

import grpc
import pytest
from plivo_sandbox.server.running import RunningSandbox
from pulumi_plivo.pool_number import PoolNumberProvider

from tests.conftest import NUMBER, OTHER_POOL, POOL, Account
from tests.host.conftest import StartPlugin
from tests.host.plugin import ProviderHost

INPUTS = {"number_pool_uuid": POOL, "number": NUMBER}
LOST = ["drop-answer", "truncate", "empty", "status-after=503", "status-after=429"]


@pytest.mark.parametrize("duplicate", ["accept", "reject"])
@pytest.mark.parametrize("times", ["times=1 ", ""], ids=["once", "lasting"])
@pytest.mark.parametrize("fault", LOST)
def test_an_add_that_worked_is_a_success_though_its_answer_was_lost(
    numbers: ProviderHost, sandbox: RunningSandbox, account: Account, fault: str, times: str, duplicate: str
) -> None:
    sandbox.set_quirk("add-duplicate", duplicate)
    sandbox.add_fault(f"POST * {times}{fault}")
    id_, outputs = numbers.create(INPUTS)
    assert (id_, outputs["details"]["adopted"]) == (NUMBER, False)
    assert account.numbers() == {NUMBER: "sms"}


@pytest.mark.parametrize("times", ["times=1 ", ""], ids=["once", "lasting"])
@pytest.mark.parametrize("fault", LOST)
def test_a_removal_that_worked_is_a_success_though_its_answer_was_lost(
    start_plugin: StartPlugin, sandbox: RunningSandbox, account: Account, fault: str, times: str
) -> None:
    id_, outputs = start_plugin().host(PoolNumberProvider()).create({**INPUTS, "unrent": True})
    sandbox.add_fault(f"DELETE * {times}{fault}")
    later = start_plugin()
    later.host(PoolNumberProvider()).delete(id_, outputs)
    assert account.unrented == [NUMBER]
    assert later.warnings == f"warning: number {NUMBER}: given back to Plivo for good, out of pool {POOL}\n"


def test_an_add_that_did_not_work_is_an_error_and_leaves_nothing(
    numbers: ProviderHost, sandbox: RunningSandbox, account: Account
) -> None:
    sandbox.add_fault("POST * drop")
    with pytest.raises(grpc.RpcError, match="was not in the pool when it was looked up afterwards"):
        numbers.create(INPUTS)
    assert account.numbers() == {}


def test_an_add_that_can_not_be_looked_up_says_that_it_is_not_known(
    numbers: ProviderHost, sandbox: RunningSandbox
) -> None:
    sandbox.add_fault("POST * drop-answer")
    sandbox.add_fault("GET * nth=3 times=99 status=503")
    with pytest.raises(grpc.RpcError, match="could not be looked up afterwards"):
        numbers.create(INPUTS)


def test_a_number_added_by_others_in_the_same_moment_is_not_taken_for_ours(
    numbers: ProviderHost, sandbox: RunningSandbox
) -> None:
    sandbox.set_quirk("add-duplicate", "reject")
    # The call has its effect, as if somebody else's had, and is refused at its first try.
    sandbox.add_fault("POST * status-after=400")
    with pytest.raises(grpc.RpcError, match="Plivo answered 400"):
        numbers.create(INPUTS)


def test_a_move_whose_new_place_refuses_is_put_back_as_it_was(
    numbers: ProviderHost, sandbox: RunningSandbox, account: Account
) -> None:
    id_, outputs = numbers.create({**INPUTS, "service": "mms"})
    sandbox.add_fault(f"POST */{OTHER_POOL}/* status=400")
    with pytest.raises(grpc.RpcError, match="it was put back"):
        numbers.update(id_, outputs, {**INPUTS, "service": "mms", "number_pool_uuid": OTHER_POOL})
    assert account.numbers() == {NUMBER: "mms"}
    assert account.unrented == []
