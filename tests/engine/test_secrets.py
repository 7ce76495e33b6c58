"""Secrets reach the provider, and nothing else in clear."""

import pytest
from plivo_sandbox.engine.errors import EngineError
from plivo_sandbox.engine.passphrase import DEFAULT_PASSPHRASE, Crypter, passphrase_from

from tests.engine.toy_stack import CRYPTER, PASSPHRASE, TOKEN, ToyStack

# Written by the CLI, for the passphrase `sandbox`.
CLI_SALT = "v1:JZfjVBjf72I=:v1:KGgs9v/eyL4luTrH:d/C0tDsqvQBTq+5XQatJdgHarPVMIQ=="
CLI_CIPHERTEXT = "v1:+8IAcPJKuAK3hQS5:Ozf9q5EOSrOkNO6U2V3UhGDc9sz1ig=="

PROGRAM = """
token = pulumi.Config("toy").require_secret("token")
a = Toy("a", token=token, nested={"token": token, "open": 1}, listed=[token, 1])
pulumi.export("token", token)
pulumi.export("again", a.token if hasattr(a, "token") else token)
"""


def test_what_the_cli_has_encrypted_can_be_read() -> None:
    assert Crypter("sandbox", CLI_SALT).decrypt(CLI_CIPHERTEXT) == "s3cret"


def test_another_passphrase_is_an_error_that_says_so() -> None:
    with pytest.raises(EngineError, match="another PULUMI_CONFIG_PASSPHRASE"):
        Crypter("wrong", CLI_SALT).decrypt(CLI_CIPHERTEXT)


def test_a_new_salt_is_tied_to_its_passphrase() -> None:
    with pytest.raises(EngineError, match="another PULUMI_CONFIG_PASSPHRASE"):
        Crypter("wrong", CRYPTER.salt).encrypt("x")


def test_the_passphrase_may_be_in_a_file_and_has_a_default(stack: ToyStack) -> None:
    stack.write("passphrase", "from a file\n")
    in_file = {"PULUMI_CONFIG_PASSPHRASE_FILE": str(stack.directory / "passphrase")}

    assert passphrase_from(in_file) == "from a file"
    assert passphrase_from({**in_file, "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE}) == PASSPHRASE
    assert passphrase_from({}) == DEFAULT_PASSPHRASE


def test_the_provider_gets_secrets_and_config_in_clear(stack: ToyStack) -> None:
    stack.up(PROGRAM)

    calls = {call: details for call, _, details in stack.full_calls()}
    assert calls["configure"] == {"where": "here", "token": TOKEN}
    assert calls["create"]["props"]["token"] == TOKEN
    assert calls["create"]["props"]["nested"] == {"token": TOKEN, "open": 1}


def test_no_secret_is_in_clear_in_the_state_or_on_the_screen(stack: ToyStack) -> None:
    shown = ""
    for operation, program in [
        ("up", PROGRAM),
        ("up", PROGRAM.replace('"open": 1', '"open": 2')),
        ("refresh", None),
        ("preview", PROGRAM.replace("a = Toy(", "a = PlainToy(")),
    ]:
        assert stack.run(operation, program, with_diff=True).succeeded
        shown += stack.screen
        assert TOKEN not in stack.state.read_text()

    assert TOKEN not in shown
    assert "token = [secret]" in shown
    assert '"token": [secret]' in shown


def test_the_caller_gets_the_outputs_in_clear(stack: ToyStack) -> None:
    assert stack.up(PROGRAM).outputs["token"] == TOKEN


def test_additional_secret_outputs_are_encrypted(stack: ToyStack) -> None:
    stack.up('Toy("a", opts=ResourceOptions(additional_secret_outputs=["length"]))')

    assert "ciphertext" in stack.resources["a"]["outputs"]["length"]


def test_a_wrong_passphrase_stops_before_anything(stack: ToyStack) -> None:
    stack.environment["PULUMI_CONFIG_PASSPHRASE"] = "wrong"

    with pytest.raises(EngineError, match="another PULUMI_CONFIG_PASSPHRASE"):
        stack.up('Toy("a")')
    assert stack.calls() == []


def test_refresh_and_destroy_hand_the_provider_the_config_of_the_last_up(stack: ToyStack) -> None:
    stack.up('Toy("a")')
    stack.config["toy:where"] = "elsewhere"
    stack.declare('Toy("a")')
    stack.full_calls()

    def configured(operation: str) -> str:
        stack.run(operation)
        return next(str(details["where"]) for call, _, details in stack.full_calls() if call == "configure")

    assert configured("refresh") == "here"
    assert configured("preview") == "elsewhere"
    assert configured("refresh") == "here"
    assert configured("up") == "elsewhere"
    assert configured("destroy") == "elsewhere"
