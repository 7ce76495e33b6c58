"""`retain_on_delete`, which Pulumi's engine hands down from a component to its children, and tells no program."""

import weakref

import pulumi
from pulumi.runtime.settings import get_root_resource

_retained: "weakref.WeakKeyDictionary[pulumi.Resource, bool]" = weakref.WeakKeyDictionary()


def watch_options() -> None:
    """Note the option of each resource that the program makes from here on, components among them."""
    root = get_root_resource()
    # A transformation sees every resource, before it is registered.
    if root is not None and _note not in root._transformations:
        pulumi.runtime.register_stack_transformation(_note)


def is_retained(opts: pulumi.ResourceOptions | None) -> bool:
    """Whether a resource with these options is retained, by its own or by what is handed down to it."""
    if opts is None or opts.retain_on_delete is not None:
        return opts is not None and bool(opts.retain_on_delete)
    return opts.parent is not None and _retained.get(opts.parent, False)


def _note(args: pulumi.ResourceTransformationArgs) -> None:
    _retained[args.resource] = is_retained(args.opts)
