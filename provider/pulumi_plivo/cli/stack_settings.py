"""The provider's settings, as a command reads them: from the environment, or with `--stack` those of a stack."""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pulumi_plivo.account import client_for
from pulumi_plivo.api import Client, harmless
from pulumi_plivo.cli.endings import WrongUsageError
from pulumi_plivo.errors import PlivoError, tell
from pulumi_plivo.settings import read_settings

PROJECT_FILES = ("Pulumi.yaml", "Pulumi.yml")
#: The project of `stacks/`.
PROJECT = "plivo-numbers"
#: Settings that decide which account is asked, and the variable that has each of them too.
VARIABLES = {
    "plivo:authId": "PLIVO_AUTH_ID",
    "plivo:authToken": "PLIVO_AUTH_TOKEN",
    "plivo:baseUrl": "PLIVO_BASE_URL",
}
_STACK = re.compile(r"[A-Za-z0-9_.-]+", re.ASCII)


@dataclass(frozen=True)
class Project:
    """The Pulumi project of a folder."""

    name: str
    root: Path
    config_directory: Path
    defaults: Mapping[str, Any]


def client_of(stack: str | None) -> Client:
    """Return a client with the settings of the environment, or of a stack of the project in this folder.

    Raises WrongUsageError when they don't suffice.
    """
    config = {} if stack is None else stack_config(stack)
    try:
        return client_for(read_settings(config, os.environ))
    except PlivoError as error:
        where = "the environment" if stack is None else f"Pulumi.{_file_name(stack)}.yaml and the environment"
        without = " alone; --stack NAME reads those of a stack" if stack is None else ""
        raise WrongUsageError(f"{error} (the settings are those of {where}{without})") from None


def project_name() -> str:
    """Return the name of the project in this folder, and that of `stacks/` where there is none."""
    project = find_project(Path.cwd())
    return project.name if project else PROJECT


def stack_config(stack: str) -> dict[str, str]:
    """Return the provider's settings in a stack's config, in plain text. Raises WrongUsageError."""
    project = _project(f"--stack {stack}")
    path = project.config_directory / f"Pulumi.{_file_name(stack)}.yaml"
    if not path.is_file():
        raise WrongUsageError(f"--stack {stack}: {path} does not exist")
    own = _mapping(_read(path).get("config"), path)
    config: dict[str, str] = {}
    for key, value in {**_declared(project.defaults), **own}.items():
        if not key.startswith("plivo:"):
            # These have no value here, but a misspelled one must not pass unseen.
            config[key] = ""
        elif isinstance(value, Mapping) and "secure" in value:
            _leave_to_the_environment(key, stack)
        elif value is not None:
            config[key] = value if isinstance(value, str) else json.dumps(value)
    return config


def stack_file(stack: str) -> Path:
    """Return where a stack of the project in this folder has its config, or would. Raises WrongUsageError."""
    return _project(stack).config_directory / f"Pulumi.{_file_name(stack)}.yaml"


def _project(what: str) -> Project:
    project = find_project(Path.cwd())
    if project is None:
        raise WrongUsageError(
            f"{what}: there is no Pulumi.yaml in this folder or above it; run it in the project's folder"
        )
    return project


def find_project(start: Path) -> Project | None:
    """Return the project of a folder: that of the nearest `Pulumi.yaml` in it or above. Raises WrongUsageError."""
    path = next((found for folder in (start, *start.parents) for name in PROJECT_FILES
                 if (found := folder / name).is_file()), None)  # fmt: skip
    if path is None:
        return None
    settings = _read(path)
    name, config = settings.get("name"), settings.get("config")
    if not isinstance(name, str):
        raise WrongUsageError(f"{path} has no name")
    # In older projects `config` is the folder itself.
    folder = settings.get("stackConfigDir") or (config if isinstance(config, str) else ".")
    defaults = {} if isinstance(config, str) else _mapping(config, path)
    return Project(name, path.parent, path.parent / str(folder), defaults)


def _declared(defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that a project gives to all of its stacks."""
    return {
        key: value.get("value", value.get("default")) if isinstance(value, Mapping) and "secure" not in value else value
        for key, value in defaults.items()
    }


def _leave_to_the_environment(key: str, stack: str) -> None:
    variable = VARIABLES.get(key)
    if variable is None:
        tell(f"{key} of stack {stack} is a secret, which only Pulumi's engine can read: its default is taken")
    elif not os.environ.get(variable):
        raise WrongUsageError(
            f"{key} of stack {stack} is a secret, which only Pulumi's engine can read; set {variable}"
        )
    elif variable != "PLIVO_AUTH_TOKEN":
        tell(f"{key} of stack {stack} is a secret, which only Pulumi's engine can read: {variable} is taken")


def _file_name(stack: str) -> str:
    """Return a stack's name without the organization and project before it."""
    name = stack.rpartition("/")[2]
    if not _STACK.fullmatch(name):
        raise WrongUsageError(f"--stack {harmless(repr(stack))}: it is not the name of a stack")
    return name


def _read(path: Path) -> Mapping[str, Any]:
    try:
        return _mapping(yaml.safe_load(path.read_text(encoding="utf-8")), path)
    except OSError as error:
        raise WrongUsageError(f"can't read {path}: {error.strerror or error}") from None
    except (yaml.YAMLError, ValueError, RecursionError):
        # What the parser says quotes the line, which may hold a token.
        raise WrongUsageError(f"{path} is no YAML that can be read") from None


def _mapping(value: Any, path: Path) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise WrongUsageError(f"{path}: it is no mapping where one should be")
    return {str(key): each for key, each in value.items()}
