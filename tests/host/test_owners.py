"""A number that changes its owner ends where the program says: the one that gets it pulls, the other lets go."""

from typing import Any, NamedTuple

import grpc
import pytest
from plivo_sandbox.server.running import RunningSandbox
from pulumi.dynamic import ResourceProvider
from pulumi_plivo.plans.claim import Claim
from pulumi_plivo.pool_number import PoolNumberProvider
from pulumi_plivo.pool_numbers import PoolNumbersProvider

from tests.conftest import NUMBER, OTHER_NUMBER, OTHER_POOL, POOL, Account
from tests.host.conftest import StartPlugin, claimed
from tests.host.plugin import Ledger, Plugin, ProviderHost, details

INPUTS = {"number_pool_uuid": POOL, "number": NUMBER, "unrent": True}


class Owner(NamedTuple):
    """A resource that has one number."""

    kind: str
    name: str

    @property
    def resource(self) -> str:
        return f"{self.kind} {self.name}"

    @property
    def provider(self) -> ResourceProvider:
        return PoolNumberProvider() if self.kind == "PoolNumber" else PoolNumbersProvider()

    def inputs(self, pool: str, **more: Any) -> dict[str, Any]:
        numbers = {"number": NUMBER} if self.kind == "PoolNumber" else {"numbers": [NUMBER]}
        return {"number_pool_uuid": pool, **numbers, "unrent": True, **more}

    def claim(self, pool: str | None) -> Claim:
        return claimed(self.resource, NUMBER, pool=pool, unrent=True)

    def in_(self, run: Plugin) -> ProviderHost:
        return run.host(self.provider, self.resource)


SINGLE, LIST = Owner("PoolNumber", "old"), Owner("PoolNumbers", "old")
OTHER_SINGLE, OTHER_LIST = Owner("PoolNumber", "new"), Owner("PoolNumbers", "new")
CHANGES = [(old, new) for old in (SINGLE, LIST) for new in (OTHER_SINGLE, OTHER_LIST)]


def kept(start_plugin: StartPlugin, owner: Owner) -> tuple[str, dict[str, Any], Ledger]:
    """Let an earlier run bring the number in."""
    run = start_plugin()
    ledger = run.open([owner.claim(POOL)])
    return *owner.in_(run).create(owner.inputs(POOL)), ledger


@pytest.mark.parametrize(
    ("known", "quirk"),
    [(POOL, "reject"), (OTHER_POOL, "accept"), (OTHER_POOL, "reject"), (None, "reject")],
    ids=["same pool", "another pool", "another pool, one at a time", "a pool known late"],
)
@pytest.mark.parametrize(("old", "new"), CHANGES, ids=lambda owner: owner.kind)
def test_the_new_owner_gets_the_number_where_the_program_says_and_it_stays_rented(
    start_plugin: StartPlugin,
    account: Account,
    sandbox: RunningSandbox,
    old: Owner,
    new: Owner,
    known: str | None,
    quirk: str,
) -> None:
    sandbox.set_quirk("add-in-other-pool", quirk)
    id_, outputs, ledger = kept(start_plugin, old)
    pool = known or OTHER_POOL
    sandbox.calls.clear()
    run = start_plugin()
    assert run.open([new.claim(known)], ledger).refused == ""
    new.in_(run).create(new.inputs(pool))
    written = [call.method for call in sandbox.calls if call.method != "GET"]
    old.in_(run).delete(id_, outputs)
    assert account.numbers(pool) == {NUMBER: "sms"}
    assert account.unrented == []
    if pool == POOL:
        assert written == []
        assert f"taken over from {old.resource}, which gives it up; no call" in run.warnings
    else:
        assert account.numbers(POOL) == {}
        assert len(written) <= 3
    # The delete has nothing left to do.
    assert [call.method for call in sandbox.calls if call.method != "GET"] == written


@pytest.mark.parametrize(("old", "new"), CHANGES, ids=lambda owner: owner.kind)
def test_a_number_whose_new_owner_failed_stays_with_the_old_one_and_the_next_run_brings_it(
    start_plugin: StartPlugin, account: Account, sandbox: RunningSandbox, old: Owner, new: Owner
) -> None:
    id_, outputs, ledger = kept(start_plugin, old)
    sandbox.add_fault(f"POST */{OTHER_POOL}/* status=400")
    run = start_plugin()
    ledger = run.open([new.claim(OTHER_POOL)], ledger)
    with pytest.raises(grpc.RpcError, match=NUMBER):
        new.in_(run).create(new.inputs(OTHER_POOL))
    assert account.numbers(POOL) == {NUMBER: "sms"}
    sandbox.clear_faults()
    run = start_plugin()
    run.open([new.claim(OTHER_POOL)], ledger)
    new.in_(run).create(new.inputs(OTHER_POOL))
    old.in_(run).delete(id_, outputs)
    assert (account.numbers(POOL), account.numbers(OTHER_POOL)) == ({}, {NUMBER: "sms"})
    assert account.unrented == []


@pytest.mark.parametrize("old", [SINGLE, LIST], ids=lambda owner: owner.kind)
def test_what_a_resource_claims_but_never_had_is_no_proof_that_a_number_is_its_own(
    start_plugin: StartPlugin, account: Account, old: Owner
) -> None:
    run = start_plugin()
    ledger = run.open([old.claim(POOL)])
    # Its create failed; then somebody else has put the number into the pool.
    account.add(POOL, NUMBER)
    run = start_plugin()
    run.open([old.claim(POOL)], ledger)
    with pytest.raises(grpc.RpcError, match="adopt=True") as refusal:
        old.in_(run).create(old.inputs(POOL))
    assert "a run of this program that was killed or failed" in details(refusal.value)


def test_what_was_in_the_pool_before_the_stack_claimed_it_is_not_taken_over_by_a_rename(
    start_plugin: StartPlugin, account: Account
) -> None:
    account.add(POOL, NUMBER)
    ledger = start_plugin().open([SINGLE.claim(POOL)])
    run = start_plugin()
    run.open([OTHER_SINGLE.claim(POOL)], ledger)
    with pytest.raises(grpc.RpcError, match="adopt=True"):
        OTHER_SINGLE.in_(run).create(OTHER_SINGLE.inputs(POOL))


def test_what_the_old_owner_had_adopted_is_taken_over_by_a_rename(start_plugin: StartPlugin, account: Account) -> None:
    account.add(POOL, NUMBER)
    run = start_plugin()
    ledger = run.open([claimed(SINGLE.resource, NUMBER, unrent=True, is_adopting=True)])
    id_, outputs = SINGLE.in_(run).create({**INPUTS, "adopt": True})
    run = start_plugin()
    run.open([OTHER_SINGLE.claim(POOL)], ledger)
    _, renamed = OTHER_SINGLE.in_(run).create(INPUTS)
    SINGLE.in_(run).delete(id_, outputs)
    assert renamed["details"]["adopted"] is False
    assert account.numbers() == {NUMBER: "sms"}
    assert account.unrented == []


def test_a_forced_replacement_is_refused_without_adopt(start_plugin: StartPlugin, account: Account) -> None:
    _, _, ledger = kept(start_plugin, SINGLE)
    run = start_plugin()
    run.open([SINGLE.claim(POOL)], ledger)
    with pytest.raises(grpc.RpcError, match="adopt=True"):
        SINGLE.in_(run).create(INPUTS)
    assert account.numbers() == {NUMBER: "sms"}


def test_a_replacement_whose_old_half_is_deleted_in_a_later_run_keeps_the_number(
    start_plugin: StartPlugin, account: Account, sandbox: RunningSandbox
) -> None:
    id_, outputs, ledger = kept(start_plugin, SINGLE)
    sandbox.calls.clear()
    run = start_plugin()
    run.open([SINGLE.claim(POOL)], ledger)
    numbers = SINGLE.in_(run)
    numbers.diff(id_, outputs, numbers.check(INPUTS, outputs).inputs)
    numbers.delete(id_, outputs)
    assert account.numbers() == {NUMBER: "sms"}
    assert sandbox.calls == []


def test_a_number_that_nobody_wants_is_given_back_beside_others_that_are_wanted(
    start_plugin: StartPlugin, account: Account
) -> None:
    first = start_plugin()
    other = claimed("PoolNumber other", OTHER_NUMBER, unrent=True)
    ledger = first.open([SINGLE.claim(POOL), other])
    id_, outputs = SINGLE.in_(first).create(INPUTS)
    first.host(PoolNumberProvider(), other.resource).create({**INPUTS, "number": OTHER_NUMBER})
    run = start_plugin()
    run.open([other], ledger)
    run.host(PoolNumberProvider(), other.resource).check({**INPUTS, "number": OTHER_NUMBER}, {"number": OTHER_NUMBER})
    SINGLE.in_(run).delete(id_, outputs)
    assert account.unrented == [NUMBER]
    assert account.numbers() == {OTHER_NUMBER: "sms"}


def test_two_single_resources_that_swap_their_numbers_lose_neither(start_plugin: StartPlugin, account: Account) -> None:
    names, numbers = ["PoolNumber a", "PoolNumber b"], [NUMBER, OTHER_NUMBER]
    first = start_plugin()
    ledger = first.open([claimed(name, digits, unrent=True) for name, digits in zip(names, numbers, strict=True)])
    states = [
        first.host(PoolNumberProvider(), name).create({**INPUTS, "number": digits})
        for name, digits in zip(names, numbers, strict=True)
    ]
    run = start_plugin()
    swapped = list(zip(names, reversed(numbers), strict=True))
    assert run.open([claimed(name, digits, unrent=True) for name, digits in swapped], ledger).refused == ""
    for (name, digits), (id_, outputs) in zip(swapped, states, strict=True):
        host = run.host(PoolNumberProvider(), name)
        news = {**INPUTS, "number": digits}
        assert host.diff(id_, outputs, host.check(news, outputs).inputs).replaces == ["number"]
    for name, digits in swapped:
        run.host(PoolNumberProvider(), name).create({**INPUTS, "number": digits})
    for name, (id_, outputs) in zip(names, states, strict=True):
        run.host(PoolNumberProvider(), name).delete(id_, outputs)
    assert account.numbers() == dict.fromkeys(numbers, "sms")
    assert account.unrented == []


def test_a_check_names_the_other_resource_that_has_the_number_too(start_plugin: StartPlugin) -> None:
    run = start_plugin()
    run.open([SINGLE.claim(POOL), OTHER_LIST.claim(POOL)])
    first = SINGLE.in_(run).check(SINGLE.inputs(POOL)).failures
    second = OTHER_LIST.in_(run).check(OTHER_LIST.inputs(POOL)).failures
    assert {*first, *second} & {"number", "numbers"}
    assert "has it too: a number belongs to one resource" in "".join([*first.values(), *second.values()])


def test_what_others_have_put_into_a_pool_that_the_stack_has_given_up_is_not_pulled_out_of_it(
    start_plugin: StartPlugin, account: Account
) -> None:
    ledger = start_plugin().open([claimed("PoolNumber a", NUMBER, pool=OTHER_POOL)])
    ledger = start_plugin().open([claimed("PoolNumber b", OTHER_NUMBER)], ledger)
    account.add(OTHER_POOL, NUMBER)
    run = start_plugin()
    run.open([claimed("PoolNumber b", OTHER_NUMBER), claimed("PoolNumber a", NUMBER)], ledger)
    with pytest.raises(grpc.RpcError, match=f"it is in pool {OTHER_POOL}: adopt=True moves it from there"):
        run.host(PoolNumberProvider(), "PoolNumber a").create({"number_pool_uuid": POOL, "number": NUMBER})
    assert account.numbers(OTHER_POOL) == {NUMBER: "sms"}


@pytest.mark.parametrize("owner", ["another resource", "other hands"])
def test_a_number_that_was_not_seen_in_the_pool_is_found_after_the_refusal(
    start_plugin: StartPlugin, sandbox: RunningSandbox, owner: str
) -> None:
    ledger = start_plugin().open([claimed("PoolNumber a", NUMBER)])
    start_plugin().host(PoolNumberProvider()).create(INPUTS)
    sandbox.set_quirk("add-duplicate", "reject")
    sandbox.set_quirk("list-delay", "7")
    sandbox.add_fault(f"GET */Number/{NUMBER}/ status=404 times=1")
    run = start_plugin()
    run.open([claimed("PoolNumber b", NUMBER)], ledger if owner == "another resource" else None)
    numbers = run.host(PoolNumberProvider(), "PoolNumber b")
    if owner == "another resource":
        assert numbers.create(INPUTS)[1]["details"]["adopted"] is False
    else:
        with pytest.raises(grpc.RpcError, match="in the pool already, and not through this resource: adopt=True takes"):
            numbers.create(INPUTS)
