"""A delete that comes before all of the program is known takes nothing away."""

import grpc
import pytest
from plivo_sandbox.server.running import RunningSandbox
from pulumi.dynamic import ResourceProvider
from pulumi.runtime import rpc
from pulumi_plivo.pool_number import PoolNumberProvider
from pulumi_plivo.pool_numbers import PoolNumbersProvider
from pulumi_plivo.pool_shortcode import PoolShortcodeProvider

from tests.conftest import NUMBER, OTHER_NUMBER, OTHER_POOL, POOL, SHORTCODE, Account
from tests.host.conftest import StartPlugin, claimed

INPUTS = {"number_pool_uuid": POOL, "number": NUMBER, "unrent": True}
LISTED = {"number_pool_uuid": POOL, "numbers": [NUMBER], "unrent": True}
A, B = "PoolNumber a", "PoolNumber b"


@pytest.mark.parametrize("unrent", [False, True])
@pytest.mark.parametrize(
    ("provider", "inputs"),
    [(PoolNumberProvider(), INPUTS), (PoolNumbersProvider(), LISTED)],
    ids=["PoolNumber", "PoolNumbers"],
)
def test_nothing_is_deleted_before_its_replacement_is_there(
    start_plugin: StartPlugin,
    sandbox: RunningSandbox,
    provider: ResourceProvider,
    inputs: dict[str, object],
    unrent: bool,
) -> None:
    inputs = {**inputs, "unrent": unrent}
    id_, outputs = start_plugin().host(provider).create(inputs)
    sandbox.calls.clear()
    run = start_plugin()
    ledger = run.open([claimed(A, OTHER_NUMBER)])
    assert ledger.refused == ""
    run.host(PoolNumberProvider(), A).check({**INPUTS, "number": OTHER_NUMBER})
    with pytest.raises(grpc.RpcError, match=r"would be deleted before its replacement is there.*nothing was sent"):
        run.host(provider).delete(id_, outputs)
    assert sandbox.calls == []


def test_a_number_that_is_deleted_after_its_replacement_was_made_is_given_up(
    start_plugin: StartPlugin, account: Account
) -> None:
    first = start_plugin()
    ledger = first.open([claimed(A, NUMBER, unrent=True)])
    id_, outputs = first.host(PoolNumberProvider(), A).create(INPUTS)
    run = start_plugin()
    run.open([claimed(A, OTHER_NUMBER, unrent=True)], ledger)
    numbers = run.host(PoolNumberProvider(), A)
    numbers.create({**INPUTS, "number": OTHER_NUMBER})
    numbers.delete(id_, outputs)
    assert account.unrented == [NUMBER]


def test_a_shortcode_is_not_deleted_before_its_replacement_is_there(
    start_plugin: StartPlugin, account: Account
) -> None:
    shortcodes = start_plugin().host(PoolShortcodeProvider())
    shortcodes.check({"number_pool_uuid": POOL, "shortcode": "88888"})
    with pytest.raises(grpc.RpcError, match=r"stays in pool .* would be deleted before its replacement is there"):
        shortcodes.delete(SHORTCODE, {"number_pool_uuid": POOL, "shortcode": SHORTCODE})
    assert account.shortcodes() == {SHORTCODE}


@pytest.mark.parametrize("unrent", [False, True])
def test_nothing_is_deleted_while_only_a_part_of_the_program_is_known(
    start_plugin: StartPlugin, sandbox: RunningSandbox, unrent: bool
) -> None:
    id_, outputs = start_plugin().host(PoolNumberProvider()).create({**INPUTS, "unrent": unrent})
    sandbox.calls.clear()
    # As with --target: a resource was checked, the ledger was not.
    run = start_plugin()
    same = {**INPUTS, "number": OTHER_NUMBER}
    run.host(PoolNumberProvider(), B).check(same, same)
    with pytest.raises(grpc.RpcError, match=r"not all of the program was checked; nothing was sent.*without --target"):
        run.host(PoolNumberProvider(), A).delete(id_, outputs)
    assert sandbox.calls == []


@pytest.mark.parametrize("unrent", [False, True])
def test_nothing_is_deleted_that_a_resource_may_want_whose_numbers_are_not_known(
    start_plugin: StartPlugin, sandbox: RunningSandbox, account: Account, unrent: bool
) -> None:
    first = start_plugin()
    ledger = first.open([claimed(A, NUMBER, unrent=unrent)])
    id_, outputs = first.host(PoolNumberProvider(), A).create({**INPUTS, "unrent": unrent})
    sandbox.calls.clear()
    run = start_plugin()
    run.open([claimed(B, is_partial=True)], ledger)
    with pytest.raises(grpc.RpcError, match=f"stays in pool {POOL}: {B} may want it; nothing was sent"):
        run.host(PoolNumberProvider(), A).delete(id_, outputs)
    assert sandbox.calls == []
    # Once it was checked, all is known.
    run.host(PoolNumberProvider(), B).check({**INPUTS, "number": OTHER_NUMBER}, {"number": OTHER_NUMBER})
    run.host(PoolNumberProvider(), A).delete(id_, outputs)
    assert account.numbers() == {}


def test_what_is_checked_but_not_known_yet_does_not_make_the_program_known(
    start_plugin: StartPlugin, sandbox: RunningSandbox
) -> None:
    first = start_plugin()
    ledger = first.open([claimed(A, NUMBER, unrent=True)])
    id_, outputs = first.host(PoolNumberProvider(), A).create(INPUTS)
    sandbox.calls.clear()
    run = start_plugin()
    run.open([claimed(B, is_partial=True)], ledger)
    run.host(PoolNumberProvider(), B).check({**INPUTS, "number": rpc.UNKNOWN}, {**INPUTS, "number": OTHER_NUMBER})
    with pytest.raises(grpc.RpcError, match=f"{B} may want it"):
        run.host(PoolNumberProvider(), A).delete(id_, outputs)
    assert sandbox.calls == []


def test_a_number_that_the_program_wants_in_a_pool_that_is_not_known_is_not_deleted(
    start_plugin: StartPlugin, sandbox: RunningSandbox
) -> None:
    first = start_plugin()
    ledger = first.open([claimed(A, NUMBER, unrent=True)])
    id_, outputs = first.host(PoolNumberProvider(), A).create(INPUTS)
    sandbox.calls.clear()
    run = start_plugin()
    run.open([claimed(B, NUMBER, pool=None)], ledger)
    with pytest.raises(grpc.RpcError, match=r"stays in pool .*nothing was sent"):
        run.host(PoolNumberProvider(), A).delete(id_, outputs)
    assert sandbox.calls == []


def test_a_destroy_goes_by_the_state(start_plugin: StartPlugin, account: Account) -> None:
    id_, outputs = start_plugin().host(PoolNumberProvider()).create(INPUTS)
    start_plugin().host(PoolNumberProvider()).delete(id_, outputs)
    assert account.unrented == [NUMBER]


def test_a_move_to_where_the_number_is_already_is_told(start_plugin: StartPlugin, account: Account) -> None:
    run = start_plugin()
    numbers = run.host(PoolNumberProvider())
    moved = {**INPUTS, "number_pool_uuid": OTHER_POOL}
    id_, outputs = numbers.create(moved)
    numbers.update(id_, {**outputs, "number_pool_uuid": POOL}, moved)
    assert f"was in pool {OTHER_POOL} already" in run.warnings
    assert account.numbers(OTHER_POOL) == {NUMBER: "sms"}
