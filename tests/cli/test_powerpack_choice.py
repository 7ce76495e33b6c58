"""What Powerpacks are called in a program."""

import itertools
import keyword

import pytest
from pulumi_plivo.api import Powerpack
from pulumi_plivo.cli.powerpack_choice import names, shown

UUIDS = [f"{digit}b1f5a0e-3c52-4c1e-9a4e-0d6a5f1b2c3d" for digit in range(4)]


def powerpack(uuid: str, name: str | None) -> Powerpack:
    return Powerpack(uuid, name, None, None, None, None, None, None)


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("otp", "otp"),
        ("OTP (US) #2", "otp_us_2"),
        ("Zürich", "zurich"),
        ("2fa", "pool_2fa"),
        ("class", "pool_class"),
        ("日本", "pool"),
        (None, "pool"),
    ],
)
def test_a_name_becomes_a_python_identifier(name: str | None, called: str) -> None:
    assert names([powerpack(UUIDS[0], name)]) == {UUIDS[0]: called}
    assert called.isidentifier()
    assert not keyword.iskeyword(called)


def test_names_are_unique_and_the_same_in_whatever_order_powerpacks_are_listed() -> None:
    powerpacks = [
        powerpack(uuid, name) for uuid, name in zip(UUIDS, ["otp", "OTP!", "otp_0b1f5a0e", "alerts"], strict=True)
    ]
    called = names(powerpacks)
    assert len(set(called.values())) == 4
    assert called[UUIDS[3]] == "alerts"
    assert all(names(each) == called for each in itertools.permutations(powerpacks))


def test_a_name_that_no_terminal_should_get_is_not_shown() -> None:
    assert shown(powerpack(UUIDS[0], None)) == "(without a name that can be shown)"
    assert "\x1b" not in shown(powerpack(UUIDS[0], "a\x1b[31mb"))
