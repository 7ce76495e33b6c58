"""Options that would take a resource out of the plugin process of all others are refused."""

import pulumi
import pytest
from pulumi_plivo.program.options import PACKAGE, refuse_own_plugin
from pytest_mock import MockerFixture


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
