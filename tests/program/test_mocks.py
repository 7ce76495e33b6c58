"""A user's program runs under Pulumi's mocks, and many programs in one process do not mix."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pulumi
import pytest
from pulumi_plivo import PoolNumber, PoolNumbers, PoolShortcode, PoolTollFree
from pulumi_plivo.plans.claim import Claim

from tests.conftest import NUMBER, OTHER_NUMBER, POOL, SHORTCODE, TOLL_FREE
from tests.program.mocked import Mocks, run


def whole_program() -> None:
    """One resource of each class."""
    PoolNumber("one", number_pool_uuid=POOL, number=NUMBER, unrent=True)
    PoolNumbers("many", number_pool_uuid=POOL, numbers=[OTHER_NUMBER], opts=pulumi.ResourceOptions(protect=True))
    PoolTollFree("free", number_pool_uuid=POOL, number=TOLL_FREE, adopt=True)
    PoolShortcode("short", number_pool_uuid=POOL, shortcode=SHORTCODE)


CLAIMS = [
    Claim("PoolNumber one", POOL, (NUMBER,), unrent=True),
    Claim("PoolNumbers many", POOL, (OTHER_NUMBER,), is_protected=True),
    Claim("PoolShortcode short", POOL, (f"shortcode-{SHORTCODE}",)),
    Claim("PoolTollFree free", POOL, (TOLL_FREE,), is_adopting=True),
]


@pytest.mark.parametrize("is_preview", [True, False])
@pytest.mark.parametrize("has_root", [True, False], ids=["with a stack", "without a stack"])
def test_a_program_works_under_mocks_and_its_ledger_claims_all_of_it(has_root: bool, is_preview: bool) -> None:
    mocked = run(whole_program, has_root=has_root, is_preview=is_preview)
    assert sorted(args.name for args in mocked.registered) == ["free", "many", "one", "plivo", "short"]
    assert mocked.claims == CLAIMS
    assert mocked.inputs("plivo").get("is_preview", False) is is_preview


def test_the_ledger_is_registered_before_all_that_depends_on_it() -> None:
    assert run(whole_program).registered[0].name == "plivo"


def test_outputs_that_the_mocks_do_not_return_are_none_and_no_error() -> None:
    seen: dict[str, object] = {}

    def program() -> None:
        one = PoolNumber("one", number_pool_uuid=POOL, number=NUMBER)
        many = PoolNumbers("many", number_pool_uuid=POOL, numbers=[OTHER_NUMBER])
        outputs = {"number": one.number, "added_on": one.added_on, "numbers": many.numbers, "members": many.members}
        pulumi.Output.all(**outputs).apply(seen.update)

    run(program)
    assert seen == {"number": NUMBER, "added_on": None, "numbers": [OTHER_NUMBER], "members": None}


def test_what_the_mocks_say_is_unfinished_fails_the_program() -> None:
    with pytest.raises(pulumi.RunError, match="PoolNumbers many: not done"):
        run(whole_program, Mocks(unfinished="not done"))


def test_a_ledger_whose_outputs_are_another_programs_fails_this_one() -> None:
    with pytest.raises(pulumi.RunError, match="this run leaves the stack's ledger out"):
        run(whole_program, Mocks(digest="of another program"))


def test_a_program_without_a_resource_has_no_ledger() -> None:
    assert run(lambda: None).registered == []


def test_programs_that_run_one_after_the_other_do_not_know_of_each_other() -> None:
    for _ in range(2):
        assert run(whole_program).claims == CLAIMS


def test_programs_that_run_at_the_same_time_do_not_know_of_each_other() -> None:
    together = threading.Barrier(3)

    def program(pool: str) -> None:
        PoolNumber("one", number_pool_uuid=pool, number=NUMBER)
        together.wait(timeout=30)
        PoolNumber("two", number_pool_uuid=pool, number=OTHER_NUMBER)
        together.wait(timeout=30)

    pools = [f"{digit}{POOL[1:]}" for digit in "abc"]
    with ThreadPoolExecutor(3) as threads:
        ran = list(threads.map(lambda pool: run(lambda: program(pool)), pools))
    for pool, mocked in zip(pools, ran, strict=True):
        assert [(each.resource, each.pool, each.members) for each in mocked.claims] == [
            ("PoolNumber one", pool, (NUMBER,)),
            ("PoolNumber two", pool, (OTHER_NUMBER,)),
        ]


def test_a_number_that_two_resources_want_fails_the_program() -> None:
    def program() -> None:
        PoolNumber("one", number_pool_uuid=POOL, number=NUMBER)
        PoolNumbers("many", number_pool_uuid=POOL, numbers=["+1 415-555-0100"])

    with pytest.raises(pulumi.RunError, match=f"number {NUMBER} is declared twice: by PoolNumber one in pool {POOL}"):
        run(program)
