"""A project as its `Pulumi.yaml` and the stack's config file describe it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

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
    defaults: Mapping[str, Any]

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
        defaults=config,
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
    value = (settings.get("config") or {}).get(key, project.defaults.get(key))
    if isinstance(value, dict):
        value = value.get("secure", value.get("value", value.get("default")))
    return None if value is None else _as_text(value)


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
    secret_keys = set()
    for key, value in (settings.get("config") or {}).items():
        clear, is_secret = _clear(value, crypter)
        full_key = _with_namespace(str(key), project)
        values[full_key] = _as_text(clear)
        if is_secret:
            secret_keys.add(full_key)
    for key, declared in project.defaults.items():
        full_key = _with_namespace(str(key), project)
        if isinstance(declared, dict) and declared.get("secret"):
            secret_keys.add(full_key)
        if full_key not in values:
            default = _default(full_key, declared, crypter, secret_keys)
            if default is not None:
                values[full_key] = default
    return StackConfig(values, frozenset(secret_keys & set(values)))


def _default(key: str, declared: Any, crypter: Crypter, secret_keys: set[str]) -> str | None:
    if isinstance(declared, dict):
        if "default" not in declared and "value" not in declared:
            if "type" in declared:
                raise EngineError(f"the stack has no value for {key}, which {PROJECT_FILE} declares without a default")
            return None
        declared = declared.get("value", declared.get("default"))
    clear, is_secret = _clear(declared, crypter)
    if is_secret:
        secret_keys.add(key)
    return _as_text(clear)


def _with_namespace(key: str, project: Project) -> str:
    return key if ":" in key else f"{project.name}:{key}"


def _clear(value: Any, crypter: Crypter) -> tuple[Any, bool]:
    if isinstance(value, dict) and set(value) == {"secure"}:
        return crypter.decrypt(str(value["secure"])), True
    if isinstance(value, dict):
        parts = {key: _clear(item, crypter) for key, item in value.items()}
        return {key: clear for key, (clear, _) in parts.items()}, any(secret for _, secret in parts.values())
    if isinstance(value, list):
        items = [_clear(item, crypter) for item in value]
        return [clear for clear, _ in items], any(secret for _, secret in items)
    return value, False


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False)


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise EngineError(f"{path} does not exist") from error
    except yaml.YAMLError as error:
        raise EngineError(f"{path} is no YAML: {' '.join(str(error).split())}") from error
    if not isinstance(content or {}, dict):
        raise EngineError(f"{path} is no YAML mapping")
    return content or {}
