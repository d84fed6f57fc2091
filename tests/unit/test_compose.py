"""docker-compose.yaml, read as data. It has not been run in containers; its commands are run in tests/integration."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from gongshi import service
from gongshi.platform import components
from gongshi.platform.resources import project_root

SERVICES = {"postgres", "init", "api-server", "scheduler", "dag-processor", "triggerer"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((project_root() / "docker-compose.yaml").read_text(encoding="utf-8"))


def wrong(compose: dict[str, Any], fits: Any, but: frozenset[str] = frozenset()) -> list[str]:
    """Names of the services that do not fit."""
    return [name for name, one in compose["services"].items() if name not in but and not fits(one)]


def test_the_small_profile_is_complete(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == SERVICES
    assert wrong(compose, lambda one: one["profiles"] == ["small"]) == []


def test_nobody_is_root_or_may_become_it(compose: dict[str, Any]) -> None:
    assert wrong(compose, lambda one: re.fullmatch(r"[1-9]\d*:[1-9]\d*", one["user"])) == []
    ours = wrong(
        compose, lambda one: one["cap_drop"] == ["ALL"] and one["read_only"], frozenset({"postgres"})
    )
    assert ours == []
    assert "USER 50000:50000" in (project_root() / "Dockerfile").read_text(encoding="utf-8")


def test_only_loopback_is_published(compose: dict[str, Any]) -> None:
    ports = [port for one in compose["services"].values() for port in one.get("ports", [])]
    assert ports
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []
    assert wrong(compose, lambda one: "network_mode" not in one) == []


def test_secrets_come_by_file(compose: dict[str, Any]) -> None:
    assert wrong(compose, lambda one: one["secrets"] == ["postgres-password"]) == []
    assert all("file" in secret for secret in compose["secrets"].values())
    values = [
        f"{key}={value}" for one in compose["services"].values() for key, value in one["environment"].items()
    ]
    revealing = re.compile(r"(?i)(password|secret|key)=(?!/run/secrets/)|://[^/@]*:[^/@]*@")
    assert [value for value in values if revealing.search(value) and "_FILE=/run/secrets/" not in value] == []


def test_everything_that_lives_on_is_health_checked_and_ordered(compose: dict[str, Any]) -> None:
    assert wrong(compose, lambda one: "healthcheck" in one, frozenset({"init"})) == []
    services = compose["services"]
    assert services["init"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    for name in components.COMMANDS:
        after = (
            {"init": "service_completed_successfully"}
            if name == "api-server"
            else {"api-server": "service_healthy"}
        )
        assert services[name]["depends_on"] == {other: {"condition": state} for other, state in after.items()}
        assert services[name]["command"][-2:] == ["run", name]
        assert services[name]["healthcheck"]["test"][-2:] == ["healthy", name]


def test_every_command_is_understood(compose: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    for name, one in compose["services"].items():
        if name == "postgres":
            continue
        assert one["command"][:3] == ["python", "-m", service.__name__]
        with pytest.raises(SystemExit) as ended:
            service.main([*one["command"][3:], "--help"])
        assert ended.value.code == 0
    assert "usage" in capsys.readouterr().out


def test_every_setting_is_in_the_example(compose: dict[str, Any]) -> None:
    """`.env.example` names every GONGSHI_ variable that the code, the build or the compose file reads."""
    root = project_root()
    example = set(re.findall(r"GONGSHI_[A-Z_]+", (root / ".env.example").read_text(encoding="utf-8")))
    files = [*root.glob("include/gongshi/**/*.py"), *root.glob("dags/*.py"), root / "docker-compose.yaml"]
    used = {
        name
        for path in files
        for name in re.findall(r"\bGONGSHI_[A-Z_]+[A-Z]\b", path.read_text(encoding="utf-8"))
    }
    handed_on = {
        "INSTANCE",
        "FIRST_PASSWORD",
        "SUITES",
        "VALIDATIONS",
        "DATA_DOCS",
    }  # set by the code, not by people
    internal = {f"GONGSHI_{name}" for name in handed_on}
    assert sorted(used - example - internal) == []
