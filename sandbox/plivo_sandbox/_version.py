"""The version of the package: the same as that of pulumi-plivo, with which it is released."""

__version__ = "0.1.0"
