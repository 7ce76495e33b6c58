"""Nobody loses a number that they did not ask to give up."""

import pytest
from plivo_sandbox.server.running import RunningSandbox

from tests.conftest import AUTH_ID, NUMBER, OTHER_NUMBER, OTHER_POOL, POOL, Account
from tests.e2e.stacks import Stack
from tests.e2e.test_options import declared


def test_a_rename_without_alias_is_refused_before_anything_changes(
    stack: Stack, sandbox: RunningSandbox, account: Account
) -> None:
    stack.up(declared(unrent="True"))
    sandbox.calls.clear()
    outcome = stack.up(declared("b", unrent="True"))
    assert not outcome.succeeded
    assert "adopt=True" in outcome.shown
    assert "aliases" in outcome.shown
    assert {call.method for call in sandbox.calls} == {"GET"}
    assert account.numbers() == {NUMBER: "sms"}
    assert set(stack.resources) == {"a"}


def test_a_rename_with_adopt_keeps_the_number_in_the_pool_and_rented(stack: Stack, account: Account) -> None:
    stack.up(declared(unrent="True"))
    outcome = stack.up(declared("b", unrent="True", adopt="True"))
    assert outcome.succeeded, outcome.shown
    assert "still declares it" in outcome.shown
    assert account.numbers() == {NUMBER: "sms"}
    assert account.unrented == []
    assert set(stack.resources) == {"b"}
    assert stack.resources["b"]["outputs"]["adopted"] is True


def test_a_forced_replacement_is_refused_without_adopt_and_changes_nothing(
    stack: Stack, sandbox: RunningSandbox, account: Account
) -> None:
    stack.up(declared(unrent="True"))
    sandbox.calls.clear()
    outcome = stack.up(replace=(stack.urn("a"),))
    assert not outcome.succeeded
    assert "adopt=True" in outcome.shown
    assert {call.method for call in sandbox.calls} == {"GET"}
    assert account.numbers() == {NUMBER: "sms"}


def test_a_forced_replacement_with_adopt_does_nothing_at_plivo(
    stack: Stack, sandbox: RunningSandbox, account: Account
) -> None:
    stack.up(declared(unrent="True", adopt="True"))
    sandbox.calls.clear()
    outcome = stack.up(replace=(stack.urn("a"),))
    assert outcome.succeeded, outcome.shown
    assert {call.method for call in sandbox.calls} == {"GET"}
    assert account.numbers() == {NUMBER: "sms"}
    assert account.unrented == []


def test_a_forced_replacement_that_deletes_first_does_nothing_at_plivo(
    stack: Stack, sandbox: RunningSandbox, account: Account
) -> None:
    stack.up(declared(opts="ResourceOptions(delete_before_replace=True)"))
    sandbox.calls.clear()
    outcome = stack.up(replace=(stack.urn("a"),))
    assert outcome.succeeded, outcome.shown
    assert {call.method for call in sandbox.calls} == {"GET"}
    assert account.numbers() == {NUMBER: "sms"}


def test_unrent_together_with_delete_before_replace_is_refused_at_preview(
    stack: Stack, sandbox: RunningSandbox
) -> None:
    outcome = stack.preview(declared(unrent="True", opts="ResourceOptions(delete_before_replace=True)"))
    assert not outcome.succeeded
    assert "exclude each other" in outcome.shown
    assert "Traceback" not in "".join(outcome.errors)
    assert sandbox.calls == []


def test_two_resources_that_swap_their_numbers_lose_neither(stack: Stack, account: Account) -> None:
    stack.up(declared("a", unrent="True", adopt="True") + declared("b", "OTHER_NUMBER", unrent="True", adopt="True"))
    outcome = stack.up(
        declared("a", "OTHER_NUMBER", unrent="True", adopt="True") + declared("b", unrent="True", adopt="True")
    )
    assert outcome.succeeded, outcome.shown
    assert account.numbers() == {NUMBER: "sms", OTHER_NUMBER: "sms"}
    assert account.unrented == []
    assert {name: each["id"] for name, each in stack.resources.items()} == {"a": OTHER_NUMBER, "b": NUMBER}


def test_the_same_number_twice_in_a_program_is_refused_at_preview_with_both_pools(
    stack: Stack, sandbox: RunningSandbox
) -> None:
    outcome = stack.preview(declared("a") + declared("b", '"+1 415 555 0100"', "OTHER_POOL"))
    assert not outcome.succeeded
    assert POOL in outcome.shown
    assert OTHER_POOL in outcome.shown
    assert "declared twice" in outcome.shown
    assert "Traceback" not in "".join(outcome.errors)
    assert sandbox.calls == []


def test_a_number_that_leaves_the_program_with_unrent_is_given_back(stack: Stack, account: Account) -> None:
    stack.up(declared("a", unrent="True") + declared("b", "OTHER_NUMBER", unrent="True"))
    assert stack.up(declared("b", "OTHER_NUMBER", unrent="True")).succeeded
    assert account.unrented == [NUMBER]
    assert account.numbers() == {OTHER_NUMBER: "sms"}


def test_a_forbidden_unrent_stops_preview_and_destroy_and_keeps_the_resource(stack: Stack, account: Account) -> None:
    stack.up(declared(unrent="True"))
    stack.environment["PLIVO_ALLOW_UNRENT"] = "false"
    outcome = stack.preview()
    assert not outcome.succeeded
    assert "unrent" in outcome.shown
    assert not stack.destroy().succeeded
    assert set(stack.resources) == {"a"}
    assert account.numbers() == {NUMBER: "sms"}
    assert account.unrented == []


def test_a_removal_that_fails_keeps_the_resource_and_the_next_up_finishes(
    stack: Stack, sandbox: RunningSandbox, account: Account
) -> None:
    stack.up(declared())
    sandbox.add_fault("DELETE * status=503")
    outcome = stack.up("")
    assert not outcome.succeeded
    assert "503" in outcome.shown
    assert AUTH_ID not in stack.resources["a"]["id"]
    assert set(stack.resources) == {"a"}
    sandbox.clear_faults()
    assert stack.up("").succeeded
    assert account.numbers() == {}


def test_the_same_number_twice_is_refused_also_where_number_and_pool_are_outputs(stack: Stack) -> None:
    computed = "pulumi.Output.from_input({})".format
    outcome = stack.preview(declared("a", computed("NUMBER")) + declared("b", pool=computed("OTHER_POOL")))
    assert not outcome.succeeded
    assert "declared twice" in outcome.shown
    assert POOL in outcome.shown
    assert OTHER_POOL in outcome.shown


def test_a_state_that_says_unrent_is_not_deleted_before_its_replacement(stack: Stack, account: Account) -> None:
    stack.up(declared(unrent="True"))
    options = "ResourceOptions(delete_before_replace=True)"
    outcome = stack.up(declared("a", "OTHER_NUMBER", opts=options) + declared("b", adopt="True"))
    assert not outcome.succeeded
    assert "state still says unrent=True" in outcome.shown
    assert account.unrented == []
    assert stack.up(declared("a")).succeeded
    assert stack.up(declared("a", "OTHER_NUMBER", opts=options)).succeeded
    assert account.unrented == []
    assert account.numbers() == {OTHER_NUMBER: "sms"}


def test_a_number_that_the_program_only_reads_from_now_on_is_not_given_back(stack: Stack, account: Account) -> None:
    stack.up(declared(unrent="True"))
    outcome = stack.up('PoolNumber.get("found", NUMBER, number_pool_uuid=POOL)')
    assert outcome.succeeded, outcome.shown
    assert account.numbers() == {NUMBER: "sms"}
    assert account.unrented == []


def test_unrent_together_with_replace_with_is_refused(stack: Stack, account: Account) -> None:
    outcome = stack.up(
        declared("a", opts="ResourceOptions(delete_before_replace=True)").replace("PoolNumber", "first = PoolNumber", 1)
        + declared("b", "OTHER_NUMBER", unrent="True", opts="ResourceOptions(replace_with=[first])")
    )
    assert not outcome.succeeded
    assert "exclude each other" in outcome.shown
    assert account.unrented == []


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ("version='3.200.0'", "option version"),
        ("plugin_download_url='https://example.org'", "option plugin_download_url"),
        ("provider=pulumi.ProviderResource('pulumi-python', 'own', {})", "option provider"),
    ],
)
def test_a_provider_process_of_its_own_is_refused(
    stack: Stack, sandbox: RunningSandbox, options: str, named: str
) -> None:
    outcome = stack.preview(declared(opts=f"ResourceOptions({options})"))
    assert not outcome.succeeded
    # The embedded engine refuses a provider resource before its user comes to be.
    assert named in outcome.shown or "no resource of a Python dynamic provider" in outcome.shown
    assert sandbox.calls == []


def test_a_shortcode_with_delete_before_replace_is_refused_at_preview(stack: Stack, sandbox: RunningSandbox) -> None:
    outcome = stack.preview(
        "PoolShortcode('s', number_pool_uuid=POOL, shortcode=SHORTCODE,"
        " opts=ResourceOptions(delete_before_replace=True))"
    )
    assert not outcome.succeeded
    assert "PoolShortcode s: delete_before_replace=True would take the shortcode out of its pool" in outcome.shown
    assert sandbox.calls == []


def test_a_replacement_that_a_transformation_makes_delete_first_never_unrents(stack: Stack, account: Account) -> None:
    stack.up(declared(unrent="True"))
    transformation = """
def delete_first(resource):
    return pulumi.ResourceTransformationResult(
        resource.props, pulumi.ResourceOptions.merge(resource.opts, ResourceOptions(delete_before_replace=True))
    )

pulumi.runtime.register_stack_transformation(delete_first)
"""
    changed = declared("a", "OTHER_NUMBER", unrent="True") + declared("b", adopt="True")
    outcome = stack.up(transformation + changed)
    assert outcome.succeeded, outcome.shown
    assert account.numbers() == {NUMBER: "sms", OTHER_NUMBER: "sms"}
    assert account.unrented == []


def test_a_forced_replacement_that_deletes_first_never_unrents_what_the_state_would(
    stack: Stack, account: Account
) -> None:
    stack.up(declared(unrent="True"))
    options = "ResourceOptions(delete_before_replace=True)"
    outcome = stack.up(
        declared("a", "OTHER_NUMBER", opts=options) + declared("b", adopt="True"), replace=(stack.urn("a"),)
    )
    assert outcome.succeeded, outcome.shown
    assert account.numbers() == {NUMBER: "sms", OTHER_NUMBER: "sms"}
    assert account.unrented == []
