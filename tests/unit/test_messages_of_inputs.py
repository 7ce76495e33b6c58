"""What is said of an input, a setting or an answer that is not as it should be, word for word."""

from collections.abc import Callable
from typing import Any

import pytest
from pulumi_plivo import inputs
from pulumi_plivo.api import ApiError
from pulumi_plivo.errors import ProviderBugError, answered, called, listed, reported
from pulumi_plivo.plans import number_list
from pulumi_plivo.settings import KEYS, read_settings

NUMBERS = [f"1415555010{digit}" for digit in range(7)]


@pytest.mark.parametrize(
    ("rule", "value", "said"),
    [
        (
            inputs.number,
            "x",
            "'x' is not a phone number: 7 to 15 digits with the country code, such as '+1 415-555-0100'",
        ),
        (inputs.number, 1.0, "1 is not text; write it in quotes, such as '14155550100'"),
        (inputs.shortcode, "7", "'7' is not a shortcode: 3 to 8 digits"),
        (
            inputs.number_pool_uuid,
            "otp",
            "'otp' is not the uuid of a number pool: it is the last part of a Powerpack's `number_pool`",
        ),
        (inputs.service, "fax", "'fax' is neither 'sms' nor 'mms'"),
        (inputs.flag, "false", "'false' is neither True nor False"),
        (number_list.numbers, "all", "'all' is neither a list of numbers nor a mapping of number to service"),
        (number_list.numbers, [NUMBERS[0], "+1 415 555 0100"], f"[1]: {NUMBERS[0]} is there twice"),
    ],
)
def test_an_input_that_can_not_be_used_is_said_with_what_it_may_be(
    rule: Callable[[Any], Any], value: object, said: str
) -> None:
    _, failures = inputs.checked({"key": value}, {"key": rule}, {})
    assert [(each.property, each.reason) for each in failures] == [("key", said)]


def test_an_input_that_is_missing_or_unknown_is_said_to_be_so() -> None:
    _, failures = inputs.checked({"numer": "1"}, {"number": inputs.number, "unrent": inputs.flag}, {"unrent": False})
    assert [(each.property, each.reason) for each in failures] == [
        ("numer", "there is no such input; there are number, unrent"),
        ("number", "it is missing"),
    ]


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("authId", "x", "an auth id is 20 capital letters and digits that start with MA (or SA, a subaccount)"),
        ("authToken", "a b\n", "an auth token is letters and digits, without spaces or line ends"),
        ("baseUrl", "https://a.b?", "a base URL has no query or fragment"),
        (
            "baseUrl",
            "https://a.b/ ",
            "a base URL is an http or https URL without spaces and other characters that need escaping",
        ),
        ("baseUrl", "https://a.b:x", "a base URL is an http or https URL; its port is a number up to 65535"),
        ("baseUrl", "ftp://a.b", "a base URL starts with https://, or http:// for this machine, and a host"),
        ("baseUrl", "https://a@b.c", "a base URL has no credentials"),
        ("baseUrl", "https://a.b:0", "a base URL has a port from 1 to 65535, where it names one"),
        ("baseUrl", "http://a.b", "plain http only to this machine: credentials would be readable"),
        ("timeout", "0", "'0' is not a number of seconds above 0, up to 600"),
        ("maxRetries", "21", "'21' is not a whole number from 0 to 20"),
        ("allowUnrent", "no", "'no' is neither true nor false"),
        ("authid", "x", "there is no such setting; did you mean plivo:authId?"),
        ("pool", "x", f"there is no such setting; there are {', '.join(KEYS)}"),
    ],
)
def test_a_setting_that_can_not_be_used_is_said_with_what_it_may_be(key: str, value: str, said: str) -> None:
    assert read_settings({f"plivo:{key}": value}, {}).problems == ((f"plivo:{key}", said),)


def test_a_setting_in_the_wrong_place_is_said_to_have_no_effect() -> None:
    assert read_settings({"numbers:maxUnrents": "1"}, {"PLIVO_MAX_UNRENT": "1"}).problems == (
        ("numbers:maxUnrents", "it has no effect; the setting is plivo:maxUnrents"),
        ("PLIVO_MAX_UNRENT", "there is no such variable; did you mean PLIVO_MAX_UNRENTS?"),
    )


def test_of_many_numbers_the_first_five_are_named_and_the_others_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PLIVO_VERBOSE", raising=False)
    assert called("number", NUMBERS[:1]) == f"number {NUMBERS[0]}"
    assert called("number", NUMBERS) == f"numbers {', '.join(NUMBERS[:5])} and 2 more (PLIVO_VERBOSE=1 names all)"
    monkeypatch.setenv("PLIVO_VERBOSE", "1")
    assert listed(NUMBERS) == ", ".join(NUMBERS)


@pytest.mark.parametrize(
    ("status", "attempts", "token_from_environment", "said"),
    [
        (None, 0, False, "it was not sent: why"),
        (None, 1, False, "Plivo gave no answer (why)"),
        (None, 3, False, "Plivo gave no answer in 3 tries (why)"),
        (400, 1, False, 'Plivo answered 400 "why" (api_id 7)'),
        (429, 1, False, 'Plivo answered 429 "why" (api_id 7); the account makes more calls than Plivo allows'),
        (
            401,
            1,
            True,
            'Plivo answered 401 "why" (api_id 7); the auth token is not this account\'s, or no longer: it came from'
            " PLIVO_AUTH_TOKEN, which wins over plivo:authToken; is it another account's?",
        ),
        (
            401,
            1,
            False,
            'Plivo answered 401 "why" (api_id 7); the auth token is not this account\'s, or no longer: a plain refresh'
            " or destroy takes it out of the state, as it was at the last `pulumi up`; after a rotation run"
            " `pulumi up`, or set PLIVO_AUTH_TOKEN to the new token",
        ),
    ],
)
def test_what_plivo_answered_is_said_in_the_middle_of_a_line(
    monkeypatch: pytest.MonkeyPatch, status: int | None, attempts: int, token_from_environment: bool, said: str
) -> None:
    if token_from_environment:
        monkeypatch.setenv("PLIVO_AUTH_TOKEN", "of-another-account")
    else:
        monkeypatch.delenv("PLIVO_AUTH_TOKEN", raising=False)
    error = ApiError(status=status, text="why", api_id="7", method="GET", path="x", attempts=attempts)
    assert answered(error) == said


def test_a_bug_is_reported_to_the_issue_tracker() -> None:
    @reported
    def broken() -> None:
        raise KeyError("a key")

    with pytest.raises(
        ProviderBugError, match=r"please report it, .* to the issue tracker of pulumi-plivo:\n.*Traceback"
    ):
        broken()
