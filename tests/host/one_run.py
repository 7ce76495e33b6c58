"""A run of the provider in this process: without a plugin of its own it is started in no time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from plivo_sandbox.server.running import RunningSandbox
from pulumi.dynamic import Config, ConfigureRequest
from pulumi_plivo.account import client_for
from pulumi_plivo.lifeline import lifeline
from pulumi_plivo.plugin import looking_ahead
from pulumi_plivo.plugin.held_and_wanted import held_and_wanted
from pulumi_plivo.plugin.plivo_provider import PlivoProvider

from tests.conftest import AUTH_ID, AUTH_TOKEN

Provider = TypeVar("Provider", bound=PlivoProvider)
#: Returns a provider of the run: its class, and settings beside those that fit the sandbox; None leaves one out.
Provide = Callable[..., PlivoProvider]


@contextmanager
def one_run(sandbox: RunningSandbox) -> Iterator[Provide]:
    """Begin a run; return what makes its providers."""
    clients = []

    def forget() -> None:
        held_and_wanted.forget()
        looking_ahead.forget()
        lifeline.reset()
        client_for.cache_clear()

    def provide(provider_class: type[Provider], **settings: str | None) -> Provider:
        config = {"authId": AUTH_ID, "authToken": AUTH_TOKEN, "baseUrl": sandbox.base_url, "maxRetries": "0"}
        named = {f"plivo:{key}": value for key, value in {**config, **settings}.items() if value is not None}
        provider = provider_class()
        provider.configure(ConfigureRequest(Config(named, "test")))
        if settings.keys().isdisjoint({"authId", "authToken", "timeout"}):
            clients.append(client_for(provider.settings))
        return provider

    forget()
    try:
        yield provide
    finally:
        for client in clients:
            client.close()
        forget()
