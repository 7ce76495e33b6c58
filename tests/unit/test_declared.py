"""What is known of a program while it runs."""

import queue
import threading

import pytest
from pulumi_plivo import declared
from pulumi_plivo.declared import DeclaredMembers
from pytest_mock import MockerFixture

MEMBER = "number 14155550100"
OTHER_MEMBER = "number 14155550101"


@pytest.fixture
def program(mocker: MockerFixture) -> DeclaredMembers:
    """A program of which nothing comes that has not come yet."""
    mocker.patch.object(declared, "PATIENCE", 0)
    return DeclaredMembers()


def test_a_program_is_known_when_nothing_is_awaited(program: DeclaredMembers) -> None:
    program.declare(MEMBER, "a pool")
    program.checked("PoolNumbers a")
    assert program.wait_for_program([MEMBER]) == []


def test_a_program_is_not_known_before_what_is_awaited_was_checked(program: DeclaredMembers) -> None:
    program.await_checks({"PoolNumbers a #0": None, "PoolNumbers a #1": None})
    program.checked("PoolNumbers a #0")
    assert program.wait_for_program([MEMBER]) == ["PoolNumbers a"]
    assert program.wait_for_all() == ["PoolNumbers a"]
    program.checked("PoolNumbers a #1")
    assert program.wait_for_program([MEMBER]) == []
    assert program.wait_for_all() == []


def test_what_a_resource_ignores_is_awaited_for_its_own_numbers_only(program: DeclaredMembers) -> None:
    program.await_checks({"PoolNumbers a #0": [OTHER_MEMBER]})
    assert program.wait_for_program([MEMBER]) == []
    # It was waited for; in the end the state, not the program, decides what it wants.
    assert program.wait_for_program([OTHER_MEMBER]) == []
    assert program.wait_for_all() == ["PoolNumbers a"]


def test_three_of_four_threads_wait_and_one_is_left_for_what_they_wait_for() -> None:
    program = DeclaredMembers()
    program.await_checks({"PoolNumbers a #0": None})
    found: queue.Queue[list[str]] = queue.Queue()
    for _ in range(4):
        threading.Thread(target=lambda: found.put(program.wait_for_all())).start()
    assert found.get(timeout=10) == ["PoolNumbers a"]
    program.checked("PoolNumbers a #0")
    assert [found.get(timeout=10) for _ in range(3)] == [[], [], []]


def test_a_member_is_not_known_before_its_pool_is(program: DeclaredMembers) -> None:
    program.declare(MEMBER, None)
    assert program.wait_for_program([MEMBER]) == [f"the pool of {MEMBER}"]
    assert program.wait_for_program([OTHER_MEMBER]) == []
    program.declare(MEMBER, "a pool")
    assert program.wait_for_program([MEMBER]) == []


@pytest.mark.parametrize("what", ["a check", "a pool"])
def test_what_becomes_known_ends_the_wait(what: str) -> None:
    program = DeclaredMembers()
    program.await_checks({"PoolNumbers a": None})
    program.declare(MEMBER, None)
    known: list[list[str]] = []
    waiting = threading.Thread(target=lambda: known.append(program.wait_for_program([MEMBER])))
    if what == "a check":
        program.declare(MEMBER, "a pool")
        waiting.start()
        program.checked("PoolNumbers a")
    else:
        program.checked("PoolNumbers a")
        waiting.start()
        program.declare(MEMBER, "a pool")
    # A wait that nothing ends takes half a minute.
    waiting.join(10)
    assert known == [[]]
