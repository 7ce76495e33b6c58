"""Where a setting comes from, and which of two places wins."""

import pytest
from pulumi_plivo.diagnostics import PlivoError
from pulumi_plivo.settings import client_for, read_settings


def nothing(_: str) -> None:
    """Be a stack without config."""


def test_config_wins_for_the_account_and_the_environment_for_the_token() -> None:
    config = {"plivo:authId": "MACONFIG000000000001", "plivo:authToken": "old", "plivo:baseUrl": "http://127.0.0.1:1"}
    environment = {"PLIVO_AUTH_ID": "MAENV", "PLIVO_AUTH_TOKEN": "new", "PLIVO_BASE_URL": "http://127.0.0.1:2"}
    settings = read_settings(config.get, environment)
    assert (settings.auth_id, settings.auth_token) == ("MACONFIG000000000001", "new")
    assert settings.base_url == "http://127.0.0.1:1"


def test_the_defaults_are_the_documented_ones() -> None:
    settings = read_settings(nothing, {})
    assert (settings.base_url, settings.timeout, settings.max_retries) == ("https://api.plivo.com/v1", 30.0, 4)
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
    settings = read_settings(
        {"plivo:allowUnrent": config}.get, {"PLIVO_ALLOW_UNRENT": environment} if environment else {}
    )
    assert settings.allow_unrent is allowed


def test_a_token_never_shows_in_a_representation() -> None:
    settings = read_settings({"plivo:authId": "MA1", "plivo:authToken": "geheim"}.get, {})
    assert "geheim" not in repr(settings)
    assert "geheim" not in repr(client_for(settings))


def test_missing_credentials_name_both_places() -> None:
    with pytest.raises(PlivoError, match=r"plivo:authId \(or PLIVO_AUTH_ID\) and plivo:authToken"):
        client_for(read_settings(nothing, {}))
