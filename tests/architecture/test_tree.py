"""What the tree promises: layers, sizes, names, and nothing that only one machine knows."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from app.settings import PROJECT

MODULES = sorted(file for room in ("app", "geodata") for file in (PROJECT / room).rglob("*.py"))
SCRIPTS = sorted(file for file in (PROJECT / "scripts").iterdir() if file.is_file())
SHELL = [file for file in [*SCRIPTS, PROJECT / ".ci/run"] if "bash" in file.read_text().split("\n", 1)[0]]
VAGUE = {"utils", "util", "helpers", "helper", "manager", "misc"}


def name(file: Path) -> str:
    return str(file.relative_to(PROJECT))


def tracked() -> list[Path]:
    """List the files under version control, or skip in a copy that has none."""
    listed = subprocess.run(
        ["git", "-c", f"safe.directory={PROJECT}", "ls-files", "-z"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("cette copie n'est pas sous gestion de versions")
    return [PROJECT / line for line in listed.stdout.split("\0") if line and (PROJECT / line).is_file()]


def test_imports_keep_to_the_layers() -> None:
    program = Path(sys.executable).parent / "lint-imports"
    told = subprocess.run([program, "--no-cache"], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout


@pytest.mark.parametrize("module", MODULES, ids=name)
def test_a_module_is_short_and_its_functions_too(module: Path) -> None:
    source = module.read_text(encoding="utf-8")
    assert source.count("\n") <= 400
    long = [
        f"{node.name} ({node.end_lineno - node.lineno + 1})"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno >= 40
    ]
    assert long == []


def test_a_name_says_what_a_module_holds() -> None:
    assert [name(module) for module in MODULES if VAGUE & set(module.with_suffix("").parts)] == []


@pytest.mark.parametrize("script", SHELL, ids=name)
def test_a_shell_script_is_short_executable_and_well_formed(script: Path) -> None:
    lines = script.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 40
    assert lines[0] == "#!/usr/bin/env bash"
    assert lines[1].startswith("# "), "the second line says what the script is for"
    assert script.stat().st_mode & 0o111
    checked = subprocess.run(["bash", "-n", script], capture_output=True, text=True, check=False)
    assert checked.stderr == ""


def test_no_tracked_file_names_a_machines_folder_or_a_package_registry() -> None:
    homes = "|".join(("work", "farm", "home/[a-z]", "Users/[a-z]"))
    hosts = "|".join(
        ("py" + r"pi\.org", r"pythonhosted\.org", r"registry\.npm" + "js", r"deb\.debian" + r"\.org")
    )
    forbidden = re.compile(rf"(?:^|[\s\"'=(])/(?:{homes})[^\s\"']*/|{hosts}", re.MULTILINE)
    found = {}
    for file in tracked():
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if hit := forbidden.search(text):
            found[name(file)] = hit.group()
    assert found == {}


def test_browser_libraries_are_exact_and_locked_by_content_not_by_address() -> None:
    wanted = json.loads((PROJECT / "package.json").read_text(encoding="utf-8"))
    versions = {**wanted["dependencies"], **wanted.get("devDependencies", {})}
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions.values())
    locked = json.loads((PROJECT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    locked.pop("")
    assert locked
    assert [path for path, entry in locked.items() if "resolved" in entry or "integrity" not in entry] == []


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_python_libraries_are_exact_and_hashed(lock: str) -> None:
    entries = re.split(r"\n(?=\S)", (PROJECT / lock).read_text(encoding="utf-8"))
    packages = [entry for entry in entries if not entry.startswith("#")]
    assert len(packages) > 20
    assert [entry.split("\n")[0] for entry in packages if not re.match(r"[\w.\[\]-]+==\S+", entry)] == []
    assert [entry.split("\n")[0] for entry in packages if "--hash=sha256:" not in entry] == []


def test_what_tests_need_includes_what_running_needs() -> None:
    pins = [
        set(re.findall(r"^[\w.\[\]-]+==[^\s;]+", (PROJECT / lock).read_text(encoding="utf-8"), re.MULTILINE))
        for lock in ("requirements.lock", "requirements-dev.lock")
    ]
    assert pins[0] - pins[1] == set()
