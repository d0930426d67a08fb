"""The compose file, the Dockerfile and the settings speak of the same things."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from domain.gate.words import Profile
from settings import Settings

ROOT = Path(__file__).parents[2]
REQUIRED = {
    "doors", "ledger-migrate", "mailcatcher", "postgresql", "temporal", "temporal-namespace",
    "temporal-schema", "temporal-ui", "worker",
}  # fmt: skip


@cache
def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@cache
def services() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = YAML(typ="safe").load(text("docker-compose.yml"))["services"]
    return found


@cache
def docker_lines(word: str) -> list[str]:
    lines = text("Dockerfile").splitlines()
    return [line.removeprefix(word).strip() for line in lines if line.startswith(word + " ")]


def ours() -> dict[str, dict[str, Any]]:
    return {name: service for name, service in services().items() if "build" in service}


def python_target(command: list[str]) -> Path:
    """The file that `python -m module` or `python file.py` runs."""
    assert command[0] == "python", command
    if command[1] == "-m":
        return ROOT / (command[2].replace(".", "/") + ".py")
    return ROOT / command[1]


def test_every_required_service_is_there():
    assert services().keys() >= REQUIRED


def test_every_variable_of_ours_is_a_setting():
    named = set(re.findall(r"FORBEAR_[A-Z_]+", text("docker-compose.yml") + text("Dockerfile")))
    known = {f"FORBEAR_{field.upper()}" for field in Settings.model_fields}
    assert named
    assert named <= known, named - known


def test_the_worker_is_told_every_setting():
    told = {name.removeprefix("FORBEAR_").lower() for name in services()["worker"]["environment"]}
    assert told == Settings.model_fields.keys()


def test_every_setting_says_what_it_means():
    for name, field in Settings.model_fields.items():
        assert field.description, name


def test_an_empty_variable_counts_as_not_set(monkeypatch):
    monkeypatch.setenv("FORBEAR_AGENCY_URL", "")
    monkeypatch.setenv("FORBEAR_TASK_QUEUE", "")
    assert Settings().agency_url is None
    assert Settings().task_queue == "cases"


def test_the_profile_is_prudent_unless_set_and_no_other_word_is_taken(monkeypatch):
    assert Settings().profile is Profile.PRUDENT
    monkeypatch.setenv("FORBEAR_PROFILE", "minimum")
    assert Settings().profile is Profile.MINIMUM
    monkeypatch.setenv("FORBEAR_PROFILE", "mild")
    with pytest.raises(ValueError, match="minimum"):
        Settings()


def test_an_agency_without_a_secret_is_refused(monkeypatch):
    monkeypatch.setenv("FORBEAR_AGENCY_URL", "https://agency.example")
    with pytest.raises(ValueError, match="FORBEAR_AGENCY_SECRET"):
        Settings()


def test_services_wait_only_for_services_that_exist():
    for name, service in services().items():
        for awaited in service.get("depends_on", {}):
            assert awaited in services(), f"{name} waits for {awaited}"


def test_nobody_waits_for_the_success_of_a_service_that_never_ends():
    for name, service in services().items():
        for awaited, how in service.get("depends_on", {}).items():
            if how["condition"] == "service_completed_successfully":
                assert services()[awaited].get("restart") != "unless-stopped", f"{name}: {awaited}"
            if how["condition"] == "service_healthy":
                assert "healthcheck" in services()[awaited], f"{name}: {awaited}"


def test_every_command_of_ours_runs_a_file_that_exists():
    commands = [service["command"] for service in ours().values()]
    commands += [YAML(typ="safe").load(line) for line in docker_lines("CMD")]
    assert commands
    for command in commands:
        assert python_target(command).is_file(), command


def test_every_path_that_is_copied_or_mounted_exists():
    copied = [path for line in docker_lines("COPY") for path in line.split()[:-1]]
    mounts = [mount for service in services().values() for mount in service.get("volumes", [])]
    mounted = [mount.partition(":")[0] for mount in mounts if mount.startswith("./")]
    assert copied
    assert mounted
    for path in copied + mounted:
        assert (ROOT / path).exists(), path


def test_every_room_the_worker_may_import_is_in_the_image():
    copied = " ".join(docker_lines("COPY")).split()
    left_out = {"bench", "tests"}
    rooms = {file.parent.name for file in ROOT.glob("*/__init__.py")} - left_out
    assert {f"{room}/" for room in rooms} <= set(copied)


def test_the_image_does_not_run_as_root():
    assert docker_lines("USER")[-1] != "root"


def test_the_dynamic_config_is_mounted_where_the_server_looks_for_it():
    temporal = services()["temporal"]
    wanted = temporal["environment"]["DYNAMIC_CONFIG_FILE_PATH"]
    assert f"./deploy/dynamicconfig.yaml:{wanted}:ro" in temporal["volumes"]
    limits = YAML(typ="safe").load(text("deploy/dynamicconfig.yaml"))
    assert all("value" in entry for entries in limits.values() for entry in entries)
