"""`plivo-numbers report` against the truth: what it says of a preview is what the `up` after it has lost.

`SOAK_RUNS` sets the number of pairs of programs; 40 without it, always the same ones.
"""

import os
import random
from collections.abc import Iterable
from typing import Any

import pytest
from plivo_sandbox.engine.preview_json import preview_json
from plivo_sandbox.engine.result import Result
from pulumi_plivo.cli.preview_changes import Changes
from pulumi_plivo.cli.preview_document import read_preview
from pulumi_plivo.cli.preview_judgement import judged

from tests.conftest import OTHER_POOL, POOL, SHORTCODE, TOLL_FREE
from tests.faults.conftest import World
from tests.faults.fast_stack import FastStack
from tests.faults.programs import Many, Member, Program, registered

PAIRS = int(os.environ.get("SOAK_RUNS", "40"))
LISTABLE = [f"1415555010{digit}" for digit in range(6)]


def changes_of(result: Result) -> Changes:
    return judged(read_preview(preview_json(result), "the preview"))


class Choices(random.Random):
    """Random programs: some singles, and up to two lists, with the numbers of the account among them.

    `is_wild`: with options by which an `up` may be refused, and the two witnesses may differ.
    """

    is_wild = False

    def program(self, before: Program) -> Program:
        """Return a program; half of its resources have the names and the settings of those before."""
        numbers = [*LISTABLE, TOLL_FREE, SHORTCODE]
        self.shuffle(numbers)
        del numbers[self.randint(2, 8) :]
        program: Program = {}
        for name in ("many", "more"):
            listed = [each for each in numbers if each in LISTABLE and self.random() < 0.4]
            numbers = [each for each in numbers if each not in listed]
            if listed:
                exclusive = self.random() < 0.1
                program[name] = Many(**self._common(name, before), listed=tuple(listed), exclusive=exclusive)
        names = [f"{letter}" for letter in "abcdefgh"]
        self.shuffle(names)
        for name, number in zip(names, numbers, strict=False):
            common = self._common(name, before)
            if number == SHORTCODE:
                common |= {"pool": POOL, "unrent": False, "adopt": False, "service": ""}
            elif number == TOLL_FREE:
                common["service"] = ""
            program[name] = Member(**common, number=number)
        return program

    def _common(self, name: str, before: Program) -> dict[str, Any]:
        common = self._tame(name, before)
        if self.is_wild:
            common |= {
                "protect": self.random() < 0.1,
                "ignores": self.random() < 0.15,
                "deletes_first": self.random() < 0.05,
                "aliases": frozenset({self.choice("abcdefgh")} - {name, *before})
                if self.random() < 0.2
                else frozenset(),
            }
        return common

    def _tame(self, name: str, before: Program) -> dict[str, Any]:
        old = before.get(name)
        if old is not None and self.random() < 0.5:
            return {"pool": old.pool, "service": old.service, "unrent": old.unrent, "adopt": old.adopt}
        return {
            "pool": self.choice([POOL, OTHER_POOL]),
            "service": self.choice(["", "", "", "sms", "mms"]),
            "unrent": self.random() < 0.6,
            "adopt": self.random() < 0.2,
        }


def lost(world: World, before: Iterable[str]) -> list[str]:
    return sorted(set(before) - set(world.rented))


@pytest.mark.parametrize("seed", range(PAIRS))
def test_what_is_said_to_be_given_back_is_what_is_lost_after_the_up(world: World, stack: FastStack, seed: int) -> None:
    choices = Choices(seed)
    first = choices.program({})
    assert stack.run("up", registered(first)).succeeded
    program, rented = registered(choices.program(first)), world.rented
    preview = stack.run("preview", program)
    said = changes_of(preview)
    assert preview.succeeded
    assert stack.run("up", program).succeeded
    assert said.given_back == lost(world, rented)
    assert said.losses_in_doubt == []
    assert said.verdict.startswith(f"{len(said.given_back)} number" if said.given_back else "Nothing is given back")
    rented = world.rented
    # A destroy has the same steps, whether it is carried out or not.
    said = changes_of(stack.run("destroy"))
    assert (said.given_back, said.losses_in_doubt) == (lost(world, rented), [])


@pytest.mark.parametrize("seed", range(PAIRS))
def test_whatever_options_say_no_number_is_lost_that_was_not_named(world: World, stack: FastStack, seed: int) -> None:
    choices = Choices(seed)
    choices.is_wild = True
    program = choices.program({})
    is_settled = stack.run("up", registered(program)).succeeded
    for _ in range(3):
        program, rented = choices.program(program), world.rented
        declared = registered(program)
        forced = [each.name for each in declared if choices.random() < 0.1]
        said = changes_of(stack.run("preview", declared, replace=forced))
        done = stack.run("up", declared, replace=forced, skip_preview=True)
        named = {*said.given_back, *(member for each in said.losses_in_doubt for member in each.members)}
        is_open = any(not each.members for each in said.losses_in_doubt)
        assert is_open or set(lost(world, rented)) <= named
        is_settled &= done.succeeded
        # After an `up` that failed, a number can be outside its pool, and is then not given back.
        if is_settled and not said.losses_in_doubt:
            assert said.given_back == lost(world, rented)
