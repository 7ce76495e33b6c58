"""What Plivo says of a number in a pool, as properties of its resource."""

from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi.dynamic import Resource


def said(**flags: pulumi.Input[bool]) -> dict[str, pulumi.Input[bool]]:
    """Return those flags that are not plainly False: each property is one more output to wait for."""
    return {name: flag for name, flag in flags.items() if flag is not False}


class WithDetails(Resource):
    """A number, or toll-free number, in a pool.

    All that Plivo says of it is one output: Pulumi waits for each output of each resource, and writes it with each
    step.

    Attributes:
        details: What Plivo says of the number, by the names below.
    """

    details: pulumi.Output[Mapping[str, Any] | None]

    @property
    def type(self) -> pulumi.Output[str | None]:
        """The kind of number that Plivo names, such as `fixed` or `tollfree`."""
        return self._detail("type")

    @property
    def country_iso2(self) -> pulumi.Output[str | None]:
        """The country, in two letters."""
        return self._detail("country_iso2")

    @property
    def added_on(self) -> pulumi.Output[str | None]:
        """When it was added to the pool, as Plivo writes it."""
        return self._detail("added_on")

    @property
    def account_phone_number_resource(self) -> pulumi.Output[str | None]:
        """The path of the account's number at Plivo."""
        return self._detail("account_phone_number_resource")

    @property
    def adopted(self) -> pulumi.Output[bool | None]:
        """Whether it was in the pool already when the stack took it over."""
        return self._detail("adopted")

    @property
    def rented_by_stack(self) -> pulumi.Output[bool]:
        """Whether this stack has rented it."""
        return self._detail("rented_by_stack").apply(lambda is_so: is_so is True)

    def _fill_in(self, **defaults: bool) -> None:
        """Let what the program does not say be what its default says."""
        for name, default in defaults.items():
            vars(self).setdefault(name, pulumi.Output.from_input(default))

    def _detail(self, name: str) -> pulumi.Output[Any]:
        return pulumi.Output.from_input(self.details).apply(lambda details: (details or {}).get(name))
