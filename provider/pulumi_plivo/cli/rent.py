"""What numbers cost a month, as far as Plivo tells it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from pulumi_plivo.api import AccountNumber

_RATE = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?", re.ASCII)


@dataclass(frozen=True)
class Rent:
    """The sum of some monthly rates, and how many numbers have none that is told."""

    a_month: Decimal
    without_rate: int

    def __str__(self) -> str:
        unknown = f", and {self.without_rate} without a rate" if self.without_rate else ""
        return f"{money(self.a_month)} a month{unknown}"


def rate(number: AccountNumber | None) -> Decimal | None:
    """Return the monthly rate of a number; None where Plivo tells none."""
    text = number.monthly_rental_rate if number else None
    return Decimal(text) if text and _RATE.fullmatch(text) else None


def rent(numbers: Iterable[AccountNumber | None]) -> Rent:
    """Return what some numbers cost together."""
    rates = [rate(each) for each in numbers]
    known = [each for each in rates if each is not None]
    return Rent(sum(known, Decimal(0)), len(rates) - len(known))


def money(amount: Decimal | None) -> str:
    """Write an amount with two decimals, or with more where it has them; `?` for none."""
    if amount is None:
        return "?"
    whole, _, decimals = f"{amount:f}".partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}"
