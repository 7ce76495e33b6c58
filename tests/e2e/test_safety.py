"""Nobody loses a number that they did not ask to give up."""

import pytest
from plivo_sandbox.server.running import RunningSandbox

from tests.conftest import AUTH_ID, NUMBER, OTHER_NUMBER, OTHER_POOL, POOL, Account
from tests.e2e.stacks import Stack
from tests.e2e.test_options import declared
from tests.e2e.test_pool_numbers import many, written


@pytest.mark.parametrize("adopt", ["False", "True"])
def test_a_rename_without_alias_does_nothing_at_plivo(
    stack: Stack, sandbox: RunningSandbox, account: Account, adopt: str
) -> None:
    stack.up(declared(unrent="True"))
    sandbox.calls.clear()
    outcome = stack.up(declared("b", unrent="True", adopt=adopt))
    assert outcome.succeeded, outcome.shown
    assert f"stays in pool {POOL} with PoolNumber b, which the program declares; no call" in outcome.shown
    assert {call.method for call in sandbox.calls} == {"GET"}
    assert account.numbers() == {NUMBER: "sms"}
    assert account.unrented == []
    assert set(stack.resources) == {"b"}


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


def test_the_same_number_twice_in_a_program_is_refused_at_preview_with_both_pools(
    stack: Stack, sandbox: RunningSandbox
) -> None:
    outcome = stack.preview(declared("a") + declared("b", '"+1 415 555 0100"', "OTHER_POOL"))
    assert not outcome.succeeded
    assert POOL in outcome.shown
    assert OTHER_POOL in outcome.shown
    assert "declared twice" in outcome.shown
    assert "Traceback" not in "".join(outcome.errors)
    assert written(sandbox) == []


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


def test_a_number_that_the_program_only_reads_from_now_on_is_not_given_back(stack: Stack, account: Account) -> None:
    stack.up(declared(unrent="True"))
    outcome = stack.up('PoolNumber.get("found", NUMBER, number_pool_uuid=POOL)')
    assert outcome.succeeded, outcome.shown
    assert account.numbers() == {NUMBER: "sms"}
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


@pytest.mark.parametrize(
    ("program", "named"),
    [
        (declared(opts="ResourceOptions(delete_before_replace=True)"), "PoolNumber a: delete_before_replace"),
        (many("a", opts="ResourceOptions(delete_before_replace=True)"), "PoolNumbers a: delete_before_replace"),
        (
            'PoolShortcode("s", number_pool_uuid=POOL, shortcode=SHORTCODE,'
            " opts=ResourceOptions(delete_before_replace=True))\n",
            "PoolShortcode s: delete_before_replace",
        ),
        (
            f"first = {declared('b', 'OTHER_NUMBER')}{declared(opts='ResourceOptions(replace_with=[first])')}",
            "PoolNumber a: replace_with",
        ),
        (declared(opts='ResourceOptions(import_="14155550100")'), "drop import_, and set adopt=True"),
    ],
    ids=["number", "list", "shortcode", "replace_with", "import_"],
)
def test_an_option_that_could_lose_a_number_is_refused_in_the_program(stack: Stack, program: str, named: str) -> None:
    outcome = stack.preview(program)
    assert not outcome.succeeded
    assert named in outcome.shown
    assert "Traceback" not in "".join(outcome.errors)


@pytest.mark.parametrize("forced", [False, True], ids=["changed", "forced"])
def test_a_replacement_that_a_transformation_makes_delete_first_deletes_nothing(
    stack: Stack, account: Account, sandbox: RunningSandbox, forced: bool
) -> None:
    stack.up(declared(unrent="True"))
    changed = declared(number="NUMBER" if forced else "OTHER_NUMBER", unrent="True") + declared("b", "THIRD_NUMBER")
    transformation = """
def delete_first(resource):
    return pulumi.ResourceTransformationResult(
        resource.props, pulumi.ResourceOptions.merge(resource.opts, ResourceOptions(delete_before_replace=True))
    )

pulumi.runtime.register_stack_transformation(delete_first)
"""
    third = 'THIRD_NUMBER = "14155550102"\n'
    sandbox.calls.clear()
    outcome = stack.up(third + transformation + changed, replace=(stack.urn("a"),) if forced else ())
    assert not outcome.succeeded
    assert "it would be deleted before its replacement is there" in outcome.shown
    assert "DELETE" not in {call.method for call in sandbox.calls}
    # What the error says to do.
    outcome = stack.up(third + changed)
    assert outcome.succeeded, outcome.shown
    assert account.unrented == ([] if forced else [NUMBER])
    assert set(account.numbers()) == {NUMBER if forced else OTHER_NUMBER, "14155550102"}
