"""A project as its `Pulumi.yaml` and the stack's config file describe it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from plivo_sandbox.engine.config_text import as_text
from plivo_sandbox.engine.config_types import declarations, refuse_other_type
from plivo_sandbox.engine.config_yaml import read_yaml
from plivo_sandbox.engine.errors import EngineError, UnsupportedError
from plivo_sandbox.engine.passphrase import Crypter

PROJECT_FILE = "Pulumi.yaml"


@dataclass(frozen=True)
class Project:
    """Where a project's program and its stacks' config are."""

    name: str
    root: Path
    working_directory: Path
    program: str
    config_directory: Path
    declared: Mapping[str, Mapping[str, Any]]

    def stack_file(self, stack: str) -> Path:
        """Return the path of the stack's config."""
        return self.config_directory / f"Pulumi.{stack}.yaml"


@dataclass(frozen=True)
class StackConfig:
    """A stack's config: keys with their namespaces, values as the program and the provider get them."""

    values: Mapping[str, str]
    secret_keys: frozenset[str]


def find_project_root(start: Path) -> Path:
    """Find the folder with `Pulumi.yaml`, from `start` upwards.

    Raises:
        EngineError: there is none.
    """
    for directory in (start, *start.parents):
        if (directory / PROJECT_FILE).is_file():
            return directory
    raise EngineError(f"no {PROJECT_FILE} in {start} or above it: run this in the project's folder")


def load_project(root: Path) -> Project:
    """Read `Pulumi.yaml`.

    Raises:
        EngineError: it is missing or not understood, or asks for what the embedded engine does not do.
    """
    path = root / PROJECT_FILE
    settings = _read_yaml(path)
    runtime = settings.get("runtime")
    runtime_name = runtime.get("name") if isinstance(runtime, dict) else runtime
    if runtime_name != "python":
        raise UnsupportedError(f"{path}: runtime {runtime_name}")
    if not isinstance(settings.get("name"), str):
        raise EngineError(f"{path} has no name")
    for key in ("plugins", "packages", "environment"):
        if settings.get(key):
            raise UnsupportedError(f"{path}: {key}")
    config = settings.get("config") or {}
    if not isinstance(config, dict):
        raise UnsupportedError(f"{path}: a config that is not a mapping")
    declared = declarations(config, settings["name"], str(path))
    main = root / settings.get("main", ".")
    if not main.exists():
        raise EngineError(f"{path}: main names {main}, which does not exist")
    if main.is_dir() and not (main / "__main__.py").is_file():
        raise EngineError(f"there is no program: {main / '__main__.py'} does not exist")
    return Project(
        name=settings["name"],
        root=root,
        working_directory=main if main.is_dir() else main.parent,
        program="." if main.is_dir() else main.name,
        config_directory=root / settings.get("stackConfigDir", "."),
        declared=declared,
    )


def read_stack_file(project: Project, stack: str) -> Mapping[str, Any]:
    """Read the stack's config file as it stands.

    Raises:
        EngineError: there is none, or it is not understood.
    """
    path = project.stack_file(stack)
    if not path.is_file():
        raise EngineError(f"there is no stack {stack}: {path} does not exist")
    settings = _read_yaml(path)
    if not isinstance(settings.get("config") or {}, dict):
        raise EngineError(f"{path}: config is no mapping")
    return settings


def plain_value(project: Project, settings: Mapping[str, Any], key: str) -> str | None:
    """Return one value of the stack's config or of the project's defaults, or None; a secret stays encrypted."""
    value = (settings.get("config") or {}).get(key, _default(project.declared.get(key, {})))
    if isinstance(value, dict):
        value = value.get("secure")
    return None if value is None else as_text(value)


def load_config(project: Project, stack: str, settings: Mapping[str, Any], passphrase: str) -> StackConfig:
    """Put together the stack's config and the defaults of the project, secrets in clear.

    Raises:
        EngineError: a secret cannot be decrypted, or a value that the project asks for is missing.
        UnsupportedError: its secrets are not encrypted with a passphrase, or it imports an environment.
    """
    path = project.stack_file(stack)
    if settings.get("secretsprovider", "passphrase") != "passphrase" or settings.get("encryptedkey"):
        raise UnsupportedError(f"{path}: secretsprovider {settings.get('secretsprovider', '')}".rstrip())
    if settings.get("environment"):
        raise UnsupportedError(f"{path}: environment")
    crypter = Crypter(passphrase, settings.get("encryptionsalt") or "")
    values: dict[str, str] = {}
    secret_keys, with_parts = set(), set()
    for key, value in (settings.get("config") or {}).items():
        clear, is_secret = _clear(value, crypter)
        full_key = _with_namespace(str(key), project)
        try:
            values[full_key] = as_text(clear)
        except ValueError as error:
            raise EngineError(f"{path}: {key}: {error}") from error
        secret_keys |= {full_key} if is_secret else set()
        with_parts |= {full_key} if isinstance(clear, (dict, list)) else set()
    for key, declaration in project.declared.items():
        full_key = _with_namespace(key, project)
        if full_key not in values:
            default = _default(declaration)
            if default is None:
                raise EngineError(
                    f"the stack has no value for {full_key}, which {PROJECT_FILE} declares without a default"
                )
            values[full_key] = as_text(default)
            with_parts |= set() if isinstance(default, (str, int)) else {full_key}
        _refuse_unlike_declared(full_key, declaration, values, full_key in secret_keys, full_key in with_parts)
    return StackConfig(values, frozenset(secret_keys))


def _refuse_unlike_declared(
    key: str, declaration: Mapping[str, Any], values: Mapping[str, str], is_secret: bool, has_parts: bool
) -> None:
    if "type" in declaration and declaration.get("secret") and not is_secret:
        raise EngineError(f"the stack's value for {key} must be encrypted, as {PROJECT_FILE} declares it secret")
    refuse_other_type(key, declaration, values[key], has_parts=has_parts)


def _default(declaration: Mapping[str, Any]) -> Any:
    value = declaration.get("value")
    return declaration.get("default") if value is None else value


def _with_namespace(key: str, project: Project) -> str:
    return key if ":" in key else f"{project.name}:{key}"


def _clear(value: Any, crypter: Crypter) -> tuple[Any, bool]:
    if isinstance(value, dict) and set(value) == {"secure"} and isinstance(value["secure"], str):
        return crypter.decrypt(value["secure"]), True
    if isinstance(value, dict):
        parts = {key: _clear(item, crypter) for key, item in value.items()}
        return {key: clear for key, (clear, _) in parts.items()}, any(secret for _, secret in parts.values())
    if isinstance(value, list):
        items = [_clear(item, crypter) for item in value]
        return [clear for clear, _ in items], any(secret for _, secret in items)
    return value, False


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        content = read_yaml(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise EngineError(f"{path} does not exist") from error
    except yaml.YAMLError as error:
        raise EngineError(f"{path} is no YAML: {' '.join(str(error).split())}") from error
    if not isinstance(content or {}, dict):
        raise EngineError(f"{path} is no YAML mapping")
    return content or {}
