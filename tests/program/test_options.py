"""Options that would endanger a number are refused, before anything is registered."""

from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from pulumi_plivo import PoolNumber, PoolNumbers, PoolShortcode, PoolTollFree
from pulumi_plivo.program.options import PACKAGE, refuse_own_plugin
from pytest_mock import MockerFixture

from tests.conftest import NUMBER, OTHER_NUMBER, POOL, SHORTCODE, TOLL_FREE
from tests.program.mocked import Mocks, run

DECLARE: dict[str, Callable[..., pulumi.Resource]] = {
    "PoolNumber": lambda **more: PoolNumber("a", number_pool_uuid=POOL, number=NUMBER, **more),
    "PoolNumbers": lambda **more: PoolNumbers("a", number_pool_uuid=POOL, numbers=[NUMBER], **more),
    "PoolTollFree": lambda **more: PoolTollFree("a", number_pool_uuid=POOL, number=TOLL_FREE, **more),
    "PoolShortcode": lambda **more: PoolShortcode("a", number_pool_uuid=POOL, shortcode=SHORTCODE, **more),
}


@pytest.mark.parametrize("option", ["provider", "providers", "provider map", "parent", "version"])
def test_every_way_to_a_second_provider_process_is_refused(mocker: MockerFixture, option: str) -> None:
    provider = mocker.Mock(spec=pulumi.ProviderResource, package=PACKAGE)
    parent = mocker.Mock(spec=pulumi.ComponentResource)
    parent.get_provider.return_value = provider
    opts = {
        "provider": pulumi.ResourceOptions(provider=provider),
        "providers": pulumi.ResourceOptions(providers=[provider]),
        "provider map": pulumi.ResourceOptions(providers={PACKAGE: provider}),
        "parent": pulumi.ResourceOptions(parent=parent),
        "version": pulumi.ResourceOptions(version="3.200.0"),
    }[option]
    with pytest.raises(pulumi.RunError, match="brings a provider process of its own"):
        refuse_own_plugin("PoolNumber a", opts)


def test_providers_of_other_packages_are_nobodys_concern(mocker: MockerFixture) -> None:
    parent = mocker.Mock(spec=pulumi.ComponentResource)
    parent.get_provider.return_value = None
    other = mocker.Mock(spec=pulumi.ProviderResource, package="aws")
    refuse_own_plugin("PoolNumber a", pulumi.ResourceOptions(parent=parent, providers=[other]))
    refuse_own_plugin("PoolNumber a", None)


@pytest.mark.parametrize("kind", DECLARE)
@pytest.mark.parametrize(
    ("option", "said"),
    [
        ({"delete_before_replace": True}, "delete_before_replace would take numbers out of their pool"),
        ({"import_": NUMBER}, "drop import_, and set adopt=True"),
        ({"version": "3.200.0"}, "the option version brings a provider process of its own"),
        ({"plugin_download_url": "https://example.com"}, "the option plugin_download_url brings a provider process"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_perilous_option_fails_the_program_in_one_line_before_the_resource_is_registered(
    kind: str, option: dict[str, Any], said: str
) -> None:
    mocked = Mocks()
    with pytest.raises(pulumi.RunError, match=f"^{kind} a: .*{said}"):
        run(lambda: DECLARE[kind](opts=pulumi.ResourceOptions(**option)), mocked)
    assert mocked.registered == []


def test_a_replacement_that_goes_with_anothers_is_refused() -> None:
    def program() -> None:
        first = PoolNumber("first", number_pool_uuid=POOL, number=OTHER_NUMBER)
        PoolNumber("a", number_pool_uuid=POOL, number=NUMBER, opts=pulumi.ResourceOptions(replace_with=[first]))

    with pytest.raises(pulumi.RunError, match="PoolNumber a: replace_with would take numbers out of their pool"):
        run(program)


def test_a_resource_that_is_deleted_with_another_is_refused() -> None:
    def program() -> None:
        first = PoolNumber("first", number_pool_uuid=POOL, number=OTHER_NUMBER)
        PoolNumber("a", number_pool_uuid=POOL, number=NUMBER, opts=pulumi.ResourceOptions(deleted_with=first))

    with pytest.raises(pulumi.RunError, match="PoolNumber a: with deleted_with it would leave the state without a"):
        run(program)


@pytest.mark.parametrize("option", ["version", "plugin_download_url"])
def test_a_transformation_that_brings_a_second_plugin_process_fails_the_program(option: str) -> None:
    def change(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult:
        setattr(args.opts, option, "3.200.0")
        return pulumi.ResourceTransformationResult(args.props, args.opts)

    def program() -> None:
        pulumi.runtime.register_stack_transformation(change)
        DECLARE["PoolNumber"]()

    with pytest.raises(pulumi.RunError, match=f"PoolNumber a: a transformation sets the option {option}"):
        run(program)


@pytest.mark.parametrize("kind", DECLARE)
def test_what_a_transformation_protects_is_claimed_as_protected(kind: str) -> None:
    def protect(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult:
        args.opts.protect = True
        return pulumi.ResourceTransformationResult(args.props, args.opts)

    def program() -> None:
        pulumi.runtime.register_stack_transformation(protect)
        DECLARE[kind]()

    (claim,) = run(program).claims
    assert claim.is_protected


@pytest.mark.parametrize(
    ("option", "mark"),
    [
        ({}, None),
        ({"protect": True}, "is_protected"),
        ({"retain_on_delete": True}, "is_retained"),
        ({"ignore_changes": ["*"]}, "is_ignoring"),
        ({"ignore_changes": ["service"]}, None),
        ({"id": POOL}, "is_reading"),
        ({"aliases": [pulumi.Alias(name="b")]}, "is_aliased"),
    ],
)
@pytest.mark.parametrize("kind", DECLARE)
def test_what_a_claim_says_of_its_options(kind: str, option: dict[str, Any], mark: str | None) -> None:
    (claim,) = run(lambda: DECLARE[kind](opts=pulumi.ResourceOptions(**option))).claims
    marks = ("is_partial", "is_ignoring", "is_protected", "is_retained", "is_reading", "is_adopting", "is_aliased")
    assert [each for each in marks if getattr(claim, each)] == ([mark] if mark else [])


@pytest.mark.parametrize("path", ["numbers", "numbers.14155550100", 'numbers["14155550100"]', "number", '["numbers"]'])
def test_each_way_to_ignore_changes_of_numbers_is_seen(path: str) -> None:
    (claim,) = run(lambda: DECLARE["PoolNumbers"](opts=pulumi.ResourceOptions(ignore_changes=[path]))).claims
    assert claim.is_ignoring


def test_protect_of_a_component_holds_for_what_is_in_it() -> None:
    def program() -> None:
        pool = pulumi.ComponentResource("app:index:Pool", "pool", opts=pulumi.ResourceOptions(protect=True))
        DECLARE["PoolNumbers"](opts=pulumi.ResourceOptions(parent=pool))

    (claim,) = run(program).claims
    assert (claim.resource, claim.is_protected) == ("PoolNumbers Pool.pool/a", True)
