"""ops/ against a running system: alert rules are sound, and every query of the dashboard finds data."""

import json
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from tests.support.installation import ROOT, Installation, wait_until
from tests.support.processes import running

pytestmark = pytest.mark.promtool

OPS = ROOT / "ops"
SCRAPE_SECONDS = 0.5
QUERIES = [
    (target["expr"], panel["title"])
    for panel in json.loads((OPS / "grafana-dashboard.json").read_text())["panels"]
    for target in panel["targets"]
]


def test_rules_and_configuration_are_valid_and_tell_trouble_from_health() -> None:
    for arguments in (
        ["check", "rules", "alerts.yml"],
        ["check", "config", "prometheus.yml"],
        ["test", "rules", "alerts.test.yml"],
    ):
        ended = subprocess.run(
            ["promtool", *arguments], cwd=OPS, capture_output=True, text=True, timeout=60, check=False
        )
        assert 0 == ended.returncode, ended.stdout + ended.stderr


def test_every_query_of_the_dashboard_has_data_and_every_rule_evaluates(
    running_dma: Installation, tmp_path: Path
) -> None:
    with running_dma.client() as client, watched(running_dma, tmp_path) as prometheus:
        mixed_load(running_dma, client)
        wait_until(lambda: _scrapes(prometheus) >= 3, 30)
        mixed_load(running_dma, client)
        seen = _scrapes(prometheus)
        wait_until(lambda: _scrapes(prometheus) >= seen + 2, 30)

        without = dict(QUERIES)

        def all_have_data() -> bool:
            """A scrape that came too late leaves a gap: what had data once has data."""
            for expr in list(without):
                if _values(prometheus, expr):
                    del without[expr]
            return not without

        wait_until(all_have_data, 20, describe=lambda: f"without data: {without}")
        groups = prometheus.get("/api/v1/rules").json()["data"]["groups"]
    rules = {rule["name"]: (rule["health"], rule["state"]) for group in groups for rule in group["rules"]}
    assert {rule["alert"] for rule in yaml.safe_load((OPS / "alerts.yml").read_text())["groups"][0]["rules"]} == set(
        rules
    )
    assert {"ok"} == {health for health, _ in rules.values()}, rules
    assert not [name for name, (_, state) in rules.items() if state == "firing"]


def test_alerts_and_dashboard_name_only_metrics_that_are_served(running_dma: Installation) -> None:
    with running_dma.client() as client:
        served = set(re.findall(r"^# TYPE (\S+)", client.get("/metrics").text, re.MULTILINE))
    rules = yaml.safe_load((OPS / "alerts.yml").read_text())["groups"][0]["rules"]
    text = " ".join([*(expr for expr, _ in QUERIES), *(rule["expr"] for rule in rules)])
    named = set(re.findall(r"\bdma_\w+", text))
    assert len(named) >= 20
    assert set() == {name for name in named if re.sub("_bucket$", "", name) not in served}


def mixed_load(dma: Installation, client: httpx.Client) -> None:
    """Something for every agent, the fast lane, the caches, and an error."""
    accepted = [dma.send(client, prompt) for prompt in ("Create a dwarf blacksmith", "Who is Borin?")]
    for _ in range(2):
        accepted.append(dma.send(client, "What is the THAC0 of a 5th level fighter?"))
        client.get("/v1/fast/thac0", params={"level": 5, "class": "fighter"})
    client.get("/v1/fast/thac0", params={"level": "x", "class": "fighter"})
    for request_id in accepted:
        assert "completed" == dma.poll(client, request_id)["status"]


@contextmanager
def watched(dma: Installation, folder: Path) -> Iterator[httpx.Client]:
    """A Prometheus with the rules and the scrape job of ops/, only more often."""
    config = yaml.safe_load((OPS / "prometheus.yml").read_text())
    config["global"] = dict.fromkeys(config["global"], f"{round(SCRAPE_SECONDS * 1000)}ms")
    config["rule_files"] = [str(OPS / "alerts.yml")]
    config["scrape_configs"][0]["static_configs"] = [{"targets": [f"127.0.0.1:{dma.port}"]}]
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    program = shutil.which("prometheus")
    assert program is not None, "prometheus comes with promtool"
    command = [
        *(program, f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data"),
        f"--web.listen-address={address}",
    ]
    env = {"PATH": "/usr/bin", "GOMAXPROCS": "1"}
    with running(command, env=env, output=folder / "log"), httpx.Client(base_url=f"http://{address}") as client:
        wait_until(lambda: _is_ready(client), 30, describe=(folder / "log").read_text)
        yield client


def _is_ready(client: httpx.Client) -> bool:
    try:
        return client.get("/-/ready").status_code == 200
    except httpx.TransportError:
        return False


def _scrapes(prometheus: httpx.Client) -> int:
    """How often the target was scraped well."""
    found = _values(prometheus, 'sum_over_time(up{job="dma"}[10m])')
    return round(float(found[0][1])) if found else 0


def _values(prometheus: httpx.Client, expr: str) -> list[Any]:
    """What a query finds now; NaN is nothing."""
    asked = prometheus.get(
        "/api/v1/query", params={"query": expr.replace("$__rate_interval", "5m"), "time": time.time()}
    )
    assert 200 == asked.status_code, asked.text
    return [one["value"] for one in asked.json()["data"]["result"] if one["value"][1] != "NaN"]
