"""compose.yaml and Dockerfile, read as data: what R85 to R89 and C28 to C30 ask for holds, and nothing is left open."""

import re
import tomllib
from typing import Any

import pytest
import yaml

from core.settings import Settings
from tests.support.processes import REPOSITORY

COMPOSE: dict[str, Any] = yaml.safe_load((REPOSITORY / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
SERVERS = ("postgres", "redis")
OURS = {name: service for name, service in SERVICES.items() if name not in SERVERS}
DOCKERFILE = (REPOSITORY / "Dockerfile").read_text()
INSTRUCTIONS = re.sub(r"\\\n\s*", "", re.sub(r"(?m)^#.*\n", "", DOCKERFILE)).strip().splitlines()
PROCFILE = dict(line.split(": ", 1) for line in (REPOSITORY / "Procfile").read_text().splitlines())


def of(instruction: str) -> list[str]:
    return [line.removeprefix(instruction).strip() for line in INSTRUCTIONS if line.startswith(f"{instruction} ")]


def texts(value: object) -> list[str]:
    """Every string in a nested value."""
    if isinstance(value, dict):
        return [text for item in value.items() for text in texts(list(item))]
    if isinstance(value, list):
        return [text for item in value for text in texts(item)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize("name", [name for name in PROCFILE if name != "services"])
def test_each_process_of_the_procfile_is_a_container_with_the_same_command(name: str) -> None:
    assert PROCFILE[name].split(" -- ")[1].split() == SERVICES[name]["command"]


def test_there_is_nothing_beside_the_processes_the_servers_and_the_migration() -> None:
    assert {*PROCFILE, *SERVERS, "migrate"} - {"services"} == set(SERVICES)


def test_no_secret_has_a_default() -> None:
    used = [match for text in texts(COMPOSE) for match in re.findall(r"\$\{(\w+)([^}]*)\}", text)]
    secrets = {(name, rest[:2]) for name, rest in used if re.search("PASSWORD|SECRET|KEY|TOKEN", name)}
    assert {("DB_PASSWORD", ":?"), ("REDIS_PASSWORD", ":?"), ("SECRET_KEY", ":?")} == secrets


def test_no_value_is_a_secret_written_out() -> None:
    for name, service in SERVICES.items():
        for variable, value in service.get("environment", {}).items():
            if re.search("PASSWORD|SECRET|AUTH|URL$", variable) and value is not None:
                assert ":?" in value, f"{name}: {variable}"


@pytest.mark.parametrize(
    ("prefix", "holders"),
    [("llm_", {"world_designer"}), ("openai_", {"world_designer"}), ("webhook_", {"api", "orchestrator"})],
)
def test_what_only_some_need_is_handed_on_to_them_alone(prefix: str, holders: set[str]) -> None:
    fields = [name for name in Settings.model_fields if name.startswith(prefix)]
    wanted = {name.upper() if prefix == "openai_" else f"DMA_{name.upper()}": None for name in fields}
    for name, service in OURS.items():
        given = {key: value for key, value in service["environment"].items() if key in wanted}
        assert (wanted if name in holders else {}) == given, name


def test_both_servers_and_the_api_have_health_checks() -> None:
    assert {"api", *SERVERS} == {name for name, service in SERVICES.items() if "healthcheck" in service}


def test_postgres_is_checked_by_tcp_because_its_first_start_answers_on_the_socket() -> None:
    assert "--host=127.0.0.1" in SERVICES["postgres"]["healthcheck"]["test"]


@pytest.mark.parametrize("name", [name for name in OURS if name != "migrate"])
def test_each_process_waits_for_the_migration_and_for_redis(name: str) -> None:
    expected = {
        "migrate": {"condition": "service_completed_successfully"},
        "redis": {"condition": "service_healthy"},
    }
    assert expected == OURS[name]["depends_on"]


def test_the_migration_runs_once_when_postgres_answers() -> None:
    migrate = SERVICES["migrate"]
    assert {"postgres": {"condition": "service_healthy"}} == migrate["depends_on"]
    assert "no" == migrate["restart"]
    assert ["python", "-m", "store.migrate"] == migrate["command"]


def test_only_the_api_is_published_and_only_on_loopback() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert {"api": ["127.0.0.1:8000:8000"]} == published


def test_the_api_listens_on_its_containers_address_where_its_health_is_asked() -> None:
    assert ("0.0.0.0", "8000") == (
        SERVICES["api"]["environment"]["DMA_HOST"],
        SERVICES["api"]["environment"]["DMA_PORT"],
    )
    assert any("127.0.0.1:8000/readyz" in part for part in SERVICES["api"]["healthcheck"]["test"])


def test_postgres_has_pgvector_and_the_users_names_and_volume() -> None:
    postgres = SERVICES["postgres"]
    assert re.fullmatch(r"pgvector/pgvector:pg(1[7-9]|[2-9]\d)", postgres["image"])
    assert ("dma", "dma") == (postgres["environment"]["POSTGRES_DB"], postgres["environment"]["POSTGRES_USER"])
    assert ["./data/postgres:/var/lib/postgresql/data"] == postgres["volumes"]


def test_redis_keeps_its_data_evicts_nothing_and_wants_a_password() -> None:
    command = SERVICES["redis"]["command"]
    options = dict(zip(command[1::2], command[2::2], strict=True))
    assert "yes" == options["--appendonly"]
    assert "noeviction" == options["--maxmemory-policy"]
    assert options["--requirepass"].startswith("${REDIS_PASSWORD:?")
    assert ["./data/redis:/data"] == SERVICES["redis"]["volumes"]


@pytest.mark.parametrize("name", list(OURS))
def test_each_container_of_ours_is_closed(name: str) -> None:
    service = OURS[name]
    assert service["read_only"] is True
    assert ["/tmp"] == service["tmpfs"]
    assert ["ALL"] == service["cap_drop"]
    assert ["no-new-privileges:true"] == service["security_opt"]
    assert "10001:10001" == service["user"]
    assert "privileged" not in service
    assert "." == service["build"]


@pytest.mark.parametrize("name", list(OURS))
def test_each_container_of_ours_has_both_urls_and_is_not_local(name: str) -> None:
    environment = OURS[name]["environment"]
    assert environment["DATABASE_URL"].endswith("@postgres:5432/dma")
    assert environment["REDIS_URL"].endswith("@redis:6379/0")
    assert "${DMA_ENVIRONMENT:-staging}" == environment["DMA_ENVIRONMENT"]
    assert not {"DEV_TOKEN", "AUTH_ENABLED"} & set(environment)


def test_every_server_has_time_to_stop() -> None:
    assert all("stop_grace_period" in service for service in SERVICES.values())


def test_packages_are_installed_from_the_lock_file_with_their_hashes() -> None:
    installs = [line for line in of("RUN") if "pip install" in line]
    assert 2 == len(installs)
    assert "--require-hashes -r requirements/default.txt" in installs[0]
    assert "--no-deps --no-build-isolation" in installs[1]


def test_nothing_is_fetched_into_the_image_by_address() -> None:
    assert [] == of("ADD")
    assert not re.search(r"https?://|curl|wget", DOCKERFILE)


def test_the_image_runs_as_the_user_that_compose_names() -> None:
    assert ["10001:10001"] == of("USER")
    assert any("--uid 10001" in line for line in of("RUN"))


def test_the_image_names_no_secret() -> None:
    assert not re.search("PASSWORD|SECRET|TOKEN", DOCKERFILE)
    assert [] == of("ARG")


def test_base_images_have_a_version() -> None:
    assert {"python:3.11-slim-bookworm"} == {line.split()[0] for line in of("FROM")}


def test_the_image_gets_every_package_and_nothing_unnamed() -> None:
    ignored = [line for line in (REPOSITORY / ".dockerignore").read_text().splitlines() if not line.startswith("#")]
    packages = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert "*" == ignored[0]
    assert {f"!{name}" for name in [*packages["packages"], *packages["force-include"]]} <= set(ignored)
    assert "**/.env*" in ignored
