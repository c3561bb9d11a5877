"""What watches a deployment speaks of metrics and addresses that exist."""

import json
import re

import pytest

from app.api.metrics import BUCKETS, FAMILIES
from app.settings import PROJECT

BOARD = json.loads((PROJECT / "deploy" / "grafana" / "observatoire.json").read_text(encoding="utf-8"))
LABELS = {"status", "route", "method", "le"}


def queries() -> list[str]:
    return [target["expr"] for panel in BOARD["panels"] for target in panel["targets"]]


def told() -> set[str]:
    names = set(FAMILIES)
    for name, (kind, _) in FAMILIES.items():
        if kind == "histogram":
            names |= {f"{name}_{part}" for part in ("bucket", "sum", "count")}
    return names


@pytest.mark.parametrize("query", queries())
def test_every_query_of_the_board_names_a_metric_that_exists(query: str) -> None:
    named = set(re.findall(r"observatoire_\w+", query))
    assert named
    assert named <= told()
    grouped = {label.strip() for group in re.findall(r"by \(([^)]*)\)", query) for label in group.split(",")}
    assert grouped <= LABELS


def test_the_board_shows_every_metric() -> None:
    shown = " ".join(queries())
    assert [name for name in FAMILIES if name not in shown] == []


def test_the_panels_of_the_board_do_not_cover_each_other_and_say_what_they_show() -> None:
    squares: set[tuple[int, int]] = set()
    for panel in BOARD["panels"]:
        at = panel["gridPos"]
        mine = {(at["x"] + dx, at["y"] + dy) for dx in range(at["w"]) for dy in range(at["h"])}
        assert squares.isdisjoint(mine)
        squares |= mine
        assert panel["title"]
    assert len({panel["id"] for panel in BOARD["panels"]}) == len(BOARD["panels"])


def test_buckets_hold_the_times_that_the_board_asks_about() -> None:
    assert list(BUCKETS) == sorted(BUCKETS)


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile"])
def test_the_proxies_hide_what_watches_and_give_each_request_its_name(name: str) -> None:
    written = (PROJECT / "deploy" / "proxy" / name).read_text(encoding="utf-8")
    assert "/metrics" in written
    assert "X-Request-ID" in written
    assert "127.0.0.1:8000" in written


def test_nginx_s_configuration_names_nothing_that_debian_s_nginx_does_not_know() -> None:
    written = (PROJECT / "deploy" / "proxy" / "nginx.conf").read_text(encoding="utf-8")
    # The directive is of 1.25; Debian 12 has 1.22, Ubuntu 24.04 has 1.24.
    assert not [line for line in written.splitlines() if line.strip().startswith("http2 ")]
    assert written.count("ssl http2;") == 2


def test_a_reload_renews_the_processes() -> None:
    unit = (PROJECT / "deploy" / "systemd" / "observatoire-web.service").read_text(encoding="utf-8")
    assert "ExecReload=/bin/kill -HUP $MAINPID" in unit
