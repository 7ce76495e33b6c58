"""Where a setting comes from, and which of two places wins."""

import pytest
from pulumi_plivo.account import client_for
from pulumi_plivo.errors import PlivoError
from pulumi_plivo.settings import read_settings


def test_config_wins_for_the_account_and_the_environment_for_the_token() -> None:
    config = {"plivo:authId": "MACONFIG000000000001", "plivo:authToken": "old", "plivo:baseUrl": "http://127.0.0.1:1"}
    settings = read_settings(config, {"PLIVO_AUTH_TOKEN": "new", "PLIVO_BASE_URL": "http://127.0.0.1:2"})
    assert (settings.auth_id, settings.auth_token) == ("MACONFIG000000000001", "new")
    assert settings.base_url == "http://127.0.0.1:1"
    settings = read_settings(config, {"PLIVO_AUTH_ID": "MAENV000000000000001"})
    assert (settings.auth_id, settings.auth_token) == ("MACONFIG000000000001", "old")
    assert settings.problems == ()


def test_an_auth_id_and_a_token_of_the_environment_that_are_another_accounts_are_never_mixed_with_the_stacks() -> None:
    environment = {"PLIVO_AUTH_ID": "MAENV000000000000001", "PLIVO_AUTH_TOKEN": "new"}
    settings = read_settings({"plivo:authId": "MACONFIG000000000001", "plivo:authToken": "old"}, environment)
    reason = (
        "this stack belongs to account MACONFIG000000000001 (plivo:authId), and the environment has the auth id and"
        " token of account MAENV000000000000001: set both to the stack's account, or unset both"
    )
    assert settings.problems == (("PLIVO_AUTH_ID", reason),)
    with pytest.raises(PlivoError, match="nothing was sent to Plivo"):
        client_for(settings)
    assert read_settings({"plivo:authId": "MAENV000000000000001"}, environment).problems == ()


def test_the_defaults_are_the_documented_ones() -> None:
    settings = read_settings({}, {})
    assert (settings.base_url, settings.timeout, settings.max_retries) == ("https://api.plivo.com/v1", 30.0, 4)
    assert settings.rate_limit == 300
    assert settings.allow_unrent
    assert settings.problems == ()


@pytest.mark.parametrize(
    ("config", "environment", "allowed"),
    [
        (None, None, True),
        ("true", "true", True),
        ("false", None, False),
        ("false", "true", False),
        ("true", "false", False),
        ("nope", None, False),
        (None, "0", False),
    ],
)
def test_unrent_is_allowed_only_when_neither_place_forbids_it(
    config: str | None, environment: str | None, allowed: bool
) -> None:
    settings = read_settings({"plivo:allowUnrent": config}, {"PLIVO_ALLOW_UNRENT": environment} if environment else {})
    assert settings.allow_unrent is allowed


def test_a_token_never_shows_in_a_representation() -> None:
    settings = read_settings({"plivo:authId": "MACONFIG000000000001", "plivo:authToken": "geheim"}, {})
    assert "geheim" not in repr(settings)
    assert "geheim" not in repr(client_for(settings))


def test_missing_credentials_name_both_places() -> None:
    with pytest.raises(PlivoError, match=r"plivo:authId \(or PLIVO_AUTH_ID\) and plivo:authToken"):
        client_for(read_settings({}, {}))


@pytest.mark.parametrize(
    "key", ["plivo:allowunrent", "plivo:allow_unrent", "plivo:allowUnrents", "numbers:allowUnrent"]
)
def test_a_misspelled_permission_is_a_problem_and_forbids(key: str) -> None:
    settings = read_settings({key: "false"}, {})
    assert [name for name, _ in settings.problems] == [key]
    assert settings.allow_unrent is False


def test_a_key_that_is_no_setting_is_a_problem_that_names_the_nearest() -> None:
    assert read_settings({"plivo:authid": "x"}, {}).problems == (
        ("plivo:authid", "there is no such setting; did you mean plivo:authId?"),
    )
    assert "there are plivo:authId, " in read_settings({"plivo:pool": "x"}, {}).problems[0][1]
    assert read_settings({"aws:timeout": "x", "version": "1", "numbers:pools": "x"}, {}).problems == ()


@pytest.mark.parametrize("name", ["PLIVO_ALLOW_UNRENTS", "PLIVO_ALLOWUNRENT", "plivo_allow_unrent"])
def test_a_misspelled_variable_is_a_problem(name: str) -> None:
    assert [key for key, _ in read_settings({}, {name: "false"}).problems] == [name]


@pytest.mark.parametrize("auth_id", ["MA1", "XACONFIG000000000001", "this-is-a-token", "MACONFIG00000000000 1"])
def test_what_is_no_auth_id_is_a_problem_that_does_not_repeat_it(auth_id: str) -> None:
    ((key, reason),) = read_settings({"plivo:authId": auth_id}, {}).problems
    assert key == "plivo:authId"
    assert auth_id not in reason


@pytest.mark.parametrize("token", ["geheim\n", " geheim", "gehe\u00efm", "ge\0heim", "\u20ac"])
def test_a_token_that_no_header_can_carry_is_a_problem_that_does_not_repeat_it(token: str) -> None:
    ((key, reason),) = read_settings({}, {"PLIVO_AUTH_TOKEN": token}).problems
    assert key == "PLIVO_AUTH_TOKEN"
    assert token.strip() not in reason


@pytest.mark.parametrize(("text", "limit"), [("0", 0), ("1", 1), ("1500", 1500)])
def test_a_rate_limit_is_a_whole_number_of_calls(text: str, limit: int) -> None:
    settings = read_settings({"plivo:rateLimit": text}, {})
    assert (settings.rate_limit, settings.problems) == (limit, ())


@pytest.mark.parametrize("text", ["", "-1", "60.5", "many", "300/5", "\u0663", "100001", "9" * 5000])
def test_a_rate_limit_that_is_none_is_a_problem(text: str) -> None:
    ((key, _),) = read_settings({"plivo:rateLimit": text}, {}).problems
    assert key == "plivo:rateLimit"


@pytest.mark.parametrize(
    ("text", "forgotten"),
    [("", []), ("+1 415-555-0100", ["14155550100"]), ("14155550100, 14155550101", ["14155550100", "14155550101"])],
)
def test_numbers_to_forget_are_read_from_the_environment(text: str, forgotten: list[str]) -> None:
    settings = read_settings({}, {"PLIVO_FORGET": text})
    assert settings.forgotten == set(forgotten)
    assert settings.problems == ()


def test_what_is_to_be_forgotten_and_is_no_number_is_a_problem() -> None:
    ((key, reason),) = read_settings({}, {"PLIVO_FORGET": "all"}).problems
    assert (key, "'all' is not a phone number" in reason) == ("PLIVO_FORGET", True)
