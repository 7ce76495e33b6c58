"""What is known of a program while it runs."""

import threading

import pytest
from pulumi_plivo import declared
from pulumi_plivo.declared import DeclaredMembers
from pytest_mock import MockerFixture

MEMBER = "number 14155550100"


@pytest.fixture
def program(mocker: MockerFixture) -> DeclaredMembers:
    """A program of which nothing comes that has not come yet."""
    mocker.patch.object(declared, "PATIENCE", 0)
    return DeclaredMembers()


def test_a_program_is_known_when_nothing_is_awaited(program: DeclaredMembers) -> None:
    program.declare(MEMBER, "a pool")
    program.checked("PoolNumbers a")
    assert program.wait_for_program([MEMBER])


def test_a_program_is_not_known_before_what_is_awaited_was_checked(program: DeclaredMembers) -> None:
    program.await_checks(["PoolNumbers a", "PoolNumbers b"])
    program.checked("PoolNumbers a")
    assert not program.wait_for_program([])
    program.checked("PoolNumbers b")
    assert program.wait_for_program([])


def test_a_member_is_not_known_before_its_pool_is(program: DeclaredMembers) -> None:
    program.declare(MEMBER, None)
    assert not program.wait_for_program([MEMBER])
    assert program.wait_for_program(["number 14155550101"])
    program.declare(MEMBER, "a pool")
    assert program.wait_for_program([MEMBER])


@pytest.mark.parametrize("what", ["a check", "a pool"])
def test_what_becomes_known_ends_the_wait(what: str) -> None:
    program = DeclaredMembers()
    program.await_checks(["PoolNumbers a"])
    program.declare(MEMBER, None)
    known: list[bool] = []
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
    assert known == [True]
