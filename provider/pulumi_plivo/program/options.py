"""Options of resources that would endanger a number: they are refused in the program."""

from collections.abc import Mapping

import pulumi

#: The package of every dynamic resource in Python.
PACKAGE = "pulumi-python"


def refuse_own_plugin(resource: str, opts: pulumi.ResourceOptions | None) -> None:
    """Make sure that the resource is served by the plugin process that serves all others of the program.

    A second process knows nothing of what the first one checked, nor of the stack's config. Fails the program with a
    RunError that names the option.
    """
    if opts is None:
        return
    given = opts.providers or {}
    packages = given.keys() if isinstance(given, Mapping) else [each.package for each in given]
    option = next(
        (
            name
            for name, is_set in (
                ("provider", opts.provider is not None or PACKAGE in packages),
                ("version", opts.version is not None),
                ("plugin_download_url", opts.plugin_download_url is not None),
                (
                    "parent",
                    opts.parent is not None and opts.parent.get_provider(f"{PACKAGE}:dynamic:Resource") is not None,
                ),
            )
            if is_set
        ),
        None,
    )
    if option is not None:
        raise pulumi.RunError(
            f"{resource}: the option {option} brings a provider process of its own, which does not know what the rest"
            f" of the program declares, nor the stack's config; drop it, or the {PACKAGE} provider that it hands down"
        )


def refuse_perilous(resource: str, opts: pulumi.ResourceOptions | None) -> None:
    """Make sure that no option deletes the resource unseen or before its replacement is there, or asks for an import.

    Fails the program with a RunError that names the option.
    """
    if opts is None:
        return
    if opts.import_ is not None:
        raise pulumi.RunError(
            f"{resource}: Pulumi's SDK can't import dynamic resources; drop import_, and set adopt=True: it takes over"
            " what is in the pool already"
        )
    if opts.deleted_with is not None:
        raise pulumi.RunError(
            f"{resource}: with deleted_with it would leave the state without a word to Plivo: its numbers would stay in"
            " their pool, rented, in no state; drop that option"
        )
    option = "delete_before_replace" if opts.delete_before_replace else None
    option = option or ("replace_with" if getattr(opts, "replace_with", None) else None)
    if option is not None:
        raise pulumi.RunError(
            f"{resource}: {option} would take numbers out of their pool before it is known whether the program still"
            " wants them; drop that option"
        )


def refuse_transformed(resource: str, registered: pulumi.Resource) -> None:
    """Make sure that no stack transformation has given the resource a plugin of its own. Fails the program."""
    for name in ("version", "provider", "plugin_download_url"):
        if getattr(registered, f"_{name}", None):
            raise pulumi.RunError(
                f"{resource}: a transformation sets the option {name}, which brings a provider process of its own, that"
                " does not know what the rest of the program declares; leave this resource out of it"
            )
