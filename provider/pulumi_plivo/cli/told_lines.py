"""What the provider has said at a preview, read out of its lines: the second witness of what a preview loses."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from pulumi_plivo.cli.preview_document import Message


def _line(text: str) -> re.Pattern[str]:
    """Compile a pattern of a line that is said elsewhere, in which _ is a space."""
    return re.compile(text.replace("_", " "), re.ASCII)


_LOSS = _line(r"(?:warning:_)?(?:up_to_)?(\d+)_numbers?_will_be_given_back_to_Plivo_for_good:_(.*)")
_RENT = _line(r"(?:number|toll-free_number)_(\d+):_(?:will_be|is_to_be)_rented(?:,_for_(\S+)_a_month)?")
_MORE_RENT = _line(r"(\d+)_more_numbers?_will_be_rented")
_NO_LOOK = _line(r"no_look_at_the_account:_")
_UNSEEN_POWERPACK = _line(r"could_not_look_at_Powerpack_(.+),_which_is_to_be_deleted:_")
_NUMBERS = re.compile(r"\d{7,15}", re.ASCII)
_AMOUNT = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?", re.ASCII)


@dataclass
class ToldLines:
    """What was said.

    Attributes:
        given_back: Numbers that will be given back for good, by the ledger.
        unreadable: How many more its lines count than they name.
        rents: Numbers that will be rented, each with what it costs a month; None where that is not told.
        more_rents: How many more will be rented.
        is_account_unseen: Whether the account was not looked at.
        unseen_powerpacks: Names of Powerpacks whose pool was not looked into.
    """

    given_back: set[str] = field(default_factory=set)
    unreadable: int = 0
    rents: dict[str, Decimal | None] = field(default_factory=dict)
    more_rents: int = 0
    is_account_unseen: bool = False
    unseen_powerpacks: set[str] = field(default_factory=set)


def told_by(messages: Iterable[Message]) -> ToldLines:
    """Read the provider's lines."""
    told = ToldLines()
    for message in messages:
        # Several lines can come as one message.
        for line in message.text.splitlines():
            _read(told, line)
    return told


def _read(told: ToldLines, line: str) -> None:
    if loss := _LOSS.match(line):
        numbers = _NUMBERS.findall(loss[2].partition("; unless ")[0])
        told.given_back.update(numbers)
        told.unreadable += max(0, int(loss[1]) - len(set(numbers)))
    elif rent := _RENT.match(line):
        told.rents[rent[1]] = amount(rent[2] or "")
    elif more := _MORE_RENT.match(line):
        told.more_rents += int(more[1])
    elif _NO_LOOK.match(line):
        told.is_account_unseen = True
    elif powerpack := _UNSEEN_POWERPACK.match(line):
        told.unseen_powerpacks.add(powerpack[1])


def amount(note: str) -> Decimal | None:
    """Return the monthly cost in `0.80 a month`; None where it was not told."""
    text = note.removesuffix(" a month")
    return Decimal(text) if _AMOUNT.fullmatch(text) else None
