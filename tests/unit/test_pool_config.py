"""The config of the stacks: complete, without secrets, and with every mistake named at once."""

import inspect
import sys
from pathlib import Path
from typing import Any

import pulumi
import pytest
import yaml
from pulumi_plivo import MessagingPool

STACKS = Path(__file__).parents[2] / "stacks"
sys.path.insert(0, str(STACKS))

from pool_config import KEY, POOL_KEYS, read_pools  # noqa: E402 - the stack's program is no package

POOL = "7b1f5a0e-3c52-4c1e-9a4e-0d6a5f1b2c3d"


def config(stack: str) -> dict[str, Any]:
    """Return what is in a stack's config file."""
    settings: dict[str, Any] = yaml.safe_load((STACKS / f"Pulumi.{stack}.yaml").read_text())["config"]
    return settings


def test_the_pools_are_read_in_normal_form() -> None:
    (pool,) = read_pools(
        [
            {
                "name": "otp",
                "number_pool_uuid": POOL.upper(),
                "numbers": ["+1 415-555-0100", {"number": "+1 415-555-0101", "service": "mms", "unrent": True}],
                "toll_frees": [{"number": "18005550100", "adopt": True}],
                "shortcodes": ["77777"],
            }
        ]
    )
    assert pool.name == "otp"
    assert pool.inputs == {
        "number_pool_uuid": POOL,
        "numbers": {"14155550100": {}, "14155550101": {"service": "mms", "unrent": True}},
        "toll_frees": {"18005550100": {"adopt": True}},
        "shortcodes": ["77777"],
        "each": True,
    }
    assert pool.members == {
        "numbers": ["14155550100", "14155550101"],
        "toll_frees": ["18005550100"],
        "shortcodes": ["77777"],
    }


def test_a_powerpack_is_named_with_its_settings_and_what_holds_for_all_its_members() -> None:
    settings = {"sticky_sender": False, "number_priority": [], "unrent_numbers": True}
    flags = {"service": "sms", "unrent": True, "adopt": False, "rent": True}
    (pool,) = read_pools([{"name": "news", "powerpack": "News (US)", "together": True, **settings, **flags}])
    assert pool.inputs == {
        "name": "News (US)",
        **settings,
        "numbers": {},
        "toll_frees": {},
        "shortcodes": [],
        "each": False,
        **flags,
    }
    assert pool.members == {}


def test_whatever_the_config_can_say_of_a_pool_is_an_input_of_the_component() -> None:
    keys = {*POOL_KEYS} - {"powerpack", "together"} | {"each"}
    assert keys == {*inspect.signature(MessagingPool.__init__).parameters} - {"self", "resource_name", "opts"}


def test_every_mistake_is_named_at_once_with_its_path() -> None:
    with pytest.raises(pulumi.RunError) as raised:
        read_pools(
            [
                {"name": "otp", "number_pool_uuid": "x", "numbers": [14155550100, {"number": "1", "service": "fax"}]},
                {"number_pool_uuid": POOL, "shortcodes": "77777", "toll_frees": ["18005550100"], "colour": "red"},
                "alerts",
                {"name": "otp", "number_pool_uuid": POOL, "numbers": ["+1 (800) 555-0100", {"unrent": "yes"}]},
                {
                    "name": "both",
                    "powerpack": "",
                    "powerpack_uuid": "u",
                    "adopt": "no",
                    "toll_frees": [{"service": "sms"}],
                },
                {"name": "none"},
            ]
        )
    text = str(raised.value)
    for path in (
        f"{KEY}[0].number_pool_uuid: ",
        f"{KEY}[0].numbers[0].number: 14155550100 is not text",
        f"{KEY}[0].numbers[1].number: ",
        f"{KEY}[0].numbers[1].service: ",
        f"{KEY}[1].name: is missing",
        f"{KEY}[1].shortcodes: is not a list",
        f"{KEY}[1].colour: there is no such key",
        f"{KEY}[2]: is not a pool",
        f"{KEY}[3].name: pool name otp is at {KEY}[0].name already",
        f"{KEY}[3].numbers[0]: number 18005550100 is at {KEY}[1].toll_frees[0] already",
        f"{KEY}[3].numbers[1].number: is missing",
        f"{KEY}[3].numbers[1].unrent: ",
        f"{KEY}[4]: name one of number_pool_uuid, powerpack_uuid, powerpack",
        f"{KEY}[4].powerpack: ",
        f"{KEY}[4].adopt: ",
        f"{KEY}[4].toll_frees[0].service: there is no such key",
        f"{KEY}[5]: name one of number_pool_uuid, powerpack_uuid, powerpack",
    ):
        assert path in text


@pytest.mark.parametrize("value", [None, {}, "otp"])
def test_pools_that_are_missing_or_no_list_are_named(value: object) -> None:
    with pytest.raises(pulumi.RunError, match=KEY):
        read_pools(value)


@pytest.mark.parametrize("stack", ["dev", "staging", "prod"])
def test_each_stack_that_is_shipped_has_a_good_config(stack: str) -> None:
    settings = config(stack)
    assert len(settings["plivo:authId"]) == 20
    assert all(pool.members["numbers"] for pool in read_pools(settings[KEY]))


@pytest.mark.parametrize("stack", ["staging", "prod"])
def test_the_stacks_of_real_accounts_hold_no_secret(stack: str) -> None:
    assert "plivo:authToken" not in config(stack)
    assert "secure" not in (STACKS / f"Pulumi.{stack}.yaml").read_text()


def test_prod_is_protected_and_gives_no_number_back() -> None:
    settings = config("prod")
    assert settings["plivo:allowUnrent"] is False
    assert settings["plivo-numbers:protect"] is True


@pytest.mark.parametrize(
    ("count", "more", "together"),
    [(1, {}, False), (150, {}, False), (1, {"together": True}, True), (150, {"together": False}, False)],
)
def test_a_pool_is_one_resource_when_it_says_so_whatever_it_holds(
    count: int, more: dict[str, Any], together: bool
) -> None:
    numbers = [f"1415555{number:04}" for number in range(count)]
    (pool,) = read_pools([{"name": "otp", "number_pool_uuid": POOL, "numbers": numbers, **more}])
    assert pool.inputs["each"] is not together
