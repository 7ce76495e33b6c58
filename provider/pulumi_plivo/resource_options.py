"""Options of resources that would endanger a number: they are refused in the program."""

from collections.abc import Mapping

import pulumi

from pulumi_plivo.claims import when_known

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


def refuse_deleting_first(resource: str, opts: pulumi.ResourceOptions | None) -> None:
    """Make sure that the resource is not deleted before its replacement is there. Fails the program with a RunError."""
    option = _option_that_deletes_first(opts)
    if option is not None:
        raise pulumi.RunError(
            f"{resource}: {option} would take the shortcode out of its pool before its replacement is there, and only"
            " Plivo's support could bring it back; drop that option"
        )


def deletes_first(unrent: pulumi.Input[bool], resource: str, opts: pulumi.ResourceOptions | None) -> bool | None:
    """Whether the options say delete_before_replace=True, None if not: so it can be an input that is left out.

    Fails the program with a RunError when `unrent` is set too.
    """
    option = _option_that_deletes_first(opts)
    if option is None:
        return None

    def checked(value: bool) -> None:
        if value is True:
            raise pulumi.RunError(
                f"{resource}: unrent=True and {option} exclude each other: the delete would give the"
                " number back before it is known whether the rest of the program declares it; drop one of the two"
            )

    when_known(unrent, checked)
    return True


def _option_that_deletes_first(opts: pulumi.ResourceOptions | None) -> str | None:
    if opts is not None and opts.delete_before_replace:
        return "delete_before_replace=True"
    return "replace_with" if getattr(opts, "replace_with", None) else None
