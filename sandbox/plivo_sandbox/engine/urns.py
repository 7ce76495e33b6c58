"""URNs: how Pulumi names a resource of a stack."""

from dataclasses import dataclass

STACK_TYPE = "pulumi:pulumi:Stack"
STACK_REFERENCE = "pulumi:pulumi:StackReference"
PROVIDERS = "pulumi:providers:"


@dataclass(frozen=True)
class StackName:
    """The project and the stack that a URN starts with."""

    project: str
    stack: str

    def urn(self, type_: str, name: str, parent: str = "") -> str:
        """Name a resource of this stack; `parent` is the URN of its parent, or empty."""
        parent_type = qualified_type(parent) if parent else STACK_TYPE
        qualified = type_ if parent_type == STACK_TYPE else f"{parent_type}${type_}"
        return f"urn:pulumi:{self.stack}::{self.project}::{qualified}::{name}"


def qualified_type(urn: str) -> str:
    """Return the type with those of the parents before it."""
    return urn.split("::", 3)[2]


def type_of(urn: str) -> str:
    """Return the resource's own type."""
    return qualified_type(urn).rpartition("$")[2]


def is_provider(type_: str) -> bool:
    """Whether this is the type of a provider, and not of what one provides."""
    return type_.startswith(PROVIDERS)


def name_of(urn: str) -> str:
    """Return the name that the program gave to the resource."""
    return urn.split("::", 3)[3]


def label_of(urn: str) -> str:
    """Return the type's last word and the name, as the screen shows a resource."""
    return f"{type_of(urn).rpartition(':')[2]} {name_of(urn)}"
