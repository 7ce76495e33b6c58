"""Project and stack config, as the program and the provider see them."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from plivo_sandbox.engine.errors import EngineError, UnsupportedError
from plivo_sandbox.engine.project import StackConfig, find_project_root, load_config, load_project, read_stack_file

from tests.engine.toy_stack import CRYPTER, PASSPHRASE, ToyStack


def config_of(root: Path, stack_file: dict[str, Any], **project: Any) -> StackConfig:
    (root / "__main__.py").touch()
    (root / "Pulumi.yaml").write_text(yaml.safe_dump({"name": "toys", "runtime": "python", **project}))
    (root / "Pulumi.dev.yaml").write_text(yaml.safe_dump({"encryptionsalt": CRYPTER.salt, **stack_file}))
    loaded = load_project(root)
    return load_config(loaded, "dev", read_stack_file(loaded, "dev"), PASSPHRASE)


def test_values_are_text_and_keys_have_namespaces(tmp_path: Path) -> None:
    config = config_of(
        tmp_path,
        {"config": {"plivo:timeout": 30, "plivo:allowUnrent": False, "name": "x", "toys:list": [1, {"a": "b"}]}},
    )

    assert config.values == {
        "plivo:timeout": "30",
        "plivo:allowUnrent": "false",
        "toys:name": "x",
        "toys:list": '[1,{"a":"b"}]',
    }
    assert config.secret_keys == frozenset()


def test_secure_values_are_decrypted_at_any_depth(tmp_path: Path) -> None:
    config = config_of(
        tmp_path,
        {
            "config": {
                "toys:token": {"secure": CRYPTER.encrypt("hidden")},
                "toys:accounts": [{"id": 1, "token": {"secure": CRYPTER.encrypt("deep")}}],
            }
        },
    )

    assert config.values["toys:token"] == "hidden"
    assert json.loads(config.values["toys:accounts"]) == [{"id": 1, "token": "deep"}]
    assert config.secret_keys == {"toys:token", "toys:accounts"}


def test_the_project_has_defaults(tmp_path: Path) -> None:
    project = {"config": {"region": {"type": "string", "default": "eu"}, "plivo:timeout": 10, "size": 3}}

    config = config_of(tmp_path, {"config": {"toys:size": "4"}}, **project)

    assert config.values == {"toys:region": "eu", "plivo:timeout": "10", "toys:size": "4"}


def test_a_declared_value_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="toys:region"):
        config_of(tmp_path, {}, config={"region": {"type": "string"}})


def test_main_and_stack_config_dir_are_followed(tmp_path: Path) -> None:
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks" / "__main__.py").touch()
    (tmp_path / "Pulumi.yaml").write_text("name: toys\nruntime: {name: python}\nmain: stacks\nstackConfigDir: stacks\n")

    project = load_project(tmp_path)

    assert project.working_directory == tmp_path / "stacks"
    assert project.stack_file("dev") == tmp_path / "stacks" / "Pulumi.dev.yaml"


def test_the_project_is_found_upwards(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    with pytest.raises(EngineError, match=r"no Pulumi\.yaml"):
        find_project_root(tmp_path / "a" / "b")

    (tmp_path / "Pulumi.yaml").touch()

    assert find_project_root(tmp_path / "a" / "b") == tmp_path


@pytest.mark.parametrize(
    ("stack_file", "project"),
    [
        ({"secretsprovider": "awskms://key"}, {}),
        ({"encryptedkey": "x"}, {}),
        ({"environment": ["shared"]}, {}),
        ({}, {"runtime": "nodejs"}),
        ({}, {"plugins": {"providers": []}}),
    ],
)
def test_what_the_engine_does_not_do_names_the_cli(
    tmp_path: Path, stack_file: dict[str, Any], project: dict[str, Any]
) -> None:
    with pytest.raises(UnsupportedError, match="use the pulumi CLI"):
        config_of(tmp_path, stack_file, **project)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "Pulumi.yaml does not exist"),
        ({"Pulumi.yaml": "{"}, "is no YAML"),
        ({"Pulumi.yaml": "- 1"}, "is no YAML mapping"),
        ({"Pulumi.yaml": "runtime: python"}, "has no name"),
        ({"Pulumi.yaml": "{name: x, runtime: python, main: y}"}, "does not exist"),
        ({"Pulumi.yaml": "{name: x, runtime: python}"}, "there is no program"),
        ({"Pulumi.yaml": "{name: x, runtime: python}", "__main__.py": ""}, "there is no stack dev"),
    ],
)
def test_what_is_missing_or_broken_is_said(tmp_path: Path, files: dict[str, str], said: str) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)

    with pytest.raises(EngineError, match=said):
        read_stack_file(load_project(tmp_path), "dev")


def test_the_program_sees_project_stack_config_and_its_own_folder(stack: ToyStack) -> None:
    stack.declare(
        """
        import os
        import neighbour
        pulumi.export("names", [pulumi.get_project(), pulumi.get_stack(), neighbour.NAME])
        pulumi.export("where", pulumi.Config("toy").require("where"))
        pulumi.export("directory", os.getcwd())
        pulumi.export("root", pulumi.get_root_directory() if hasattr(pulumi, "get_root_directory") else None)
        """
    )
    stack.write("program/neighbour.py", "NAME = 'next door'")

    outputs = stack.up().outputs

    assert outputs["names"] == ["toys", "dev", "next door"]
    assert outputs["where"] == "here"
    assert outputs["directory"] == str(stack.directory / "program")
