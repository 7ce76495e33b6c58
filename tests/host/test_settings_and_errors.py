"""Settings, credentials and the text of errors, as the engine meets them."""

from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest
from plivo_sandbox.server.running import RunningSandbox
from pulumi.dynamic import ResourceProvider
from pulumi.dynamic.dynamic import serialize_provider
from pulumi_plivo.ledger import LedgerProvider
from pulumi_plivo.pool_number import PoolNumberProvider
from pulumi_plivo.pool_numbers import PoolNumbersProvider
from pulumi_plivo.pool_shortcode import PoolShortcodeProvider
from pulumi_plivo.pool_toll_free import PoolTollFreeProvider

from tests.conftest import AUTH_TOKEN, NUMBER, POOL, Account
from tests.host.conftest import StartPlugin
from tests.host.plugin import ProviderHost, details

INPUTS = {"number_pool_uuid": POOL, "number": NUMBER}
FULL = {**INPUTS, "service": "sms", "unrent": False, "adopt": False}


def failure(numbers: ProviderHost) -> str:
    """Create a number, which must fail; return the error's text."""
    with pytest.raises(grpc.RpcError) as raised:
        numbers.create(INPUTS)
    return details(raised.value).strip()


def test_an_error_is_one_line_without_traceback_or_token(start_plugin: StartPlugin, sandbox: RunningSandbox) -> None:
    sandbox.add_fault("GET * status=418")
    text = failure(start_plugin().host(PoolNumberProvider()))
    assert len(text.splitlines()) == 1
    assert "Traceback" not in text
    assert AUTH_TOKEN not in text
    assert NUMBER in text
    assert POOL in text
    assert "418" in text


def test_a_wrong_token_explains_the_rotation_and_its_two_ways_out(start_plugin: StartPlugin) -> None:
    text = failure(start_plugin(authToken="of-yesterday").host(PoolNumberProvider()))
    assert "401" in text
    assert "PLIVO_AUTH_TOKEN" in text
    assert "run `pulumi up`, or set PLIVO_AUTH_TOKEN" in text
    assert "of-yesterday" not in text


def test_a_wrong_token_of_the_environment_is_not_taken_for_a_rotation(start_plugin: StartPlugin) -> None:
    text = failure(start_plugin({"PLIVO_AUTH_TOKEN": "of-another-account"}).host(PoolNumberProvider()))
    assert "it came from PLIVO_AUTH_TOKEN, which wins over plivo:authToken" in text
    assert "rotation" not in text
    assert "of-another-account" not in text


def test_the_token_of_the_environment_wins(start_plugin: StartPlugin, account: Account) -> None:
    plugin = start_plugin({"PLIVO_AUTH_TOKEN": AUTH_TOKEN}, authToken="of-yesterday")
    plugin.host(PoolNumberProvider()).create(INPUTS)
    assert account.numbers() == {NUMBER: "sms"}


def test_the_account_and_address_of_the_config_win(start_plugin: StartPlugin, account: Account) -> None:
    plugin = start_plugin({"PLIVO_AUTH_ID": "MAOTHERACCOUNT000001", "PLIVO_BASE_URL": "http://127.0.0.1:1/v1"})
    plugin.host(PoolNumberProvider()).create(INPUTS)
    assert account.numbers() == {NUMBER: "sms"}


def test_credentials_are_needed_for_a_call_only(start_plugin: StartPlugin) -> None:
    numbers = start_plugin(authToken=None).host(PoolNumberProvider())
    assert numbers.check(INPUTS).failures == {}
    assert not numbers.diff(NUMBER, FULL, FULL).changes
    assert "plivo:authToken" in failure(numbers)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("baseUrl", "http://plivo.example/v1"),
        ("baseUrl", "ftp://127.0.0.1/v1"),
        ("timeout", "soon"),
        ("timeout", "0"),
        ("maxRetries", "-1"),
        ("allowUnrent", "no"),
        ("authId", "../x"),
    ],
)
def test_a_bad_setting_fails_the_check_under_its_own_name(start_plugin: StartPlugin, setting: str, value: str) -> None:
    checked = start_plugin(**{setting: value}).host(PoolNumberProvider()).check(INPUTS)
    assert set(checked.failures) == {f"plivo:{setting}"}


@pytest.mark.parametrize(
    ("environment", "settings"),
    [({}, {"allowUnrent": "false"}), ({"PLIVO_ALLOW_UNRENT": "false"}, {"allowUnrent": "true"})],
    ids=["config", "environment"],
)
def test_a_forbidden_unrent_fails_the_check_and_stops_the_delete(
    start_plugin: StartPlugin, account: Account, environment: dict[str, str], settings: dict[str, str]
) -> None:
    id_, outputs = start_plugin().host(PoolNumberProvider()).create({**INPUTS, "unrent": True})
    assert set(
        start_plugin(environment, **settings).host(PoolNumberProvider()).check({**INPUTS, "unrent": True}).failures
    ) == {"unrent"}
    destroy = start_plugin(environment, **settings).host(PoolNumberProvider())
    with pytest.raises(grpc.RpcError, match="forbids"):
        destroy.delete(id_, outputs)
    assert account.numbers() == {NUMBER: "sms"}
    assert account.unrented == []


def test_a_bug_keeps_its_traceback_and_says_where_to_report_it(numbers: ProviderHost) -> None:
    with pytest.raises(grpc.RpcError, match="please report it") as raised:
        numbers.delete(NUMBER, {})
    assert "KeyError" in details(raised.value)
    assert "one_member.py" in details(raised.value)


def test_four_calls_at_a_time_are_served(numbers: ProviderHost, account: Account) -> None:
    wanted = [f"1415555010{digit}" for digit in range(8)]
    with ThreadPoolExecutor(4) as threads:
        created = threads.map(lambda number: numbers.create({**INPUTS, "number": number})[0], wanted)
        assert sorted(created) == wanted
    assert sorted(account.numbers()) == wanted


def test_a_resource_takes_less_than_a_kilobyte_of_state(numbers: ProviderHost) -> None:
    _, outputs = numbers.create(INPUTS)
    assert len(str(outputs)) + len(str(FULL)) < 1024


@pytest.mark.parametrize(
    ("provider", "blob"),
    [
        (
            PoolNumberProvider(),
            "gASVNgAAAAAAAACMGHB1bHVtaV9wbGl2by5wb29sX251bWJlcpSMElBvb2xOdW1iZXJQcm92aWRlcpSTlCmBlC4=",
        ),
        (
            PoolTollFreeProvider(),
            "gASVOwAAAAAAAACMG3B1bHVtaV9wbGl2by5wb29sX3RvbGxfZnJlZZSMFFBvb2xUb2xsRnJlZVByb3ZpZGVylJOUKYGULg==",
        ),
        (
            PoolShortcodeProvider(),
            "gASVPAAAAAAAAACMG3B1bHVtaV9wbGl2by5wb29sX3Nob3J0Y29kZZSMFVBvb2xTaG9ydGNvZGVQcm92aWRlcpSTlCmBlC4=",
        ),
        (
            PoolNumbersProvider(),
            "gASVOAAAAAAAAACMGXB1bHVtaV9wbGl2by5wb29sX251bWJlcnOUjBNQb29sTnVtYmVyc1Byb3ZpZGVylJOUKYGULg==",
        ),
        (LedgerProvider(), "gASVLQAAAAAAAACME3B1bHVtaV9wbGl2by5sZWRnZXKUjA5MZWRnZXJQcm92aWRlcpSTlCmBlC4="),
    ],
)
def test_the_pickled_provider_in_every_state_stays_the_same(provider: ResourceProvider, blob: str) -> None:
    assert serialize_provider(provider) == blob
