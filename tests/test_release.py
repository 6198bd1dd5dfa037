"""What is released: the archives, completion, and the licences of what is installed with the program."""

import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from importlib.metadata import metadata
from itertools import chain
from pathlib import Path

import pytest
from support.program import ROOT, run

from classmark.corpus.version import VERSION

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
KEPT = {
    "cli",
    "corpus",
    "model",
    "tests",
    ".ci",
    ".gitignore",
    ".images",
    "README.md",
    "LICENSE",
    "CHANGELOG.md",
    "pyproject.toml",
}
ADDED = {"PKG-INFO", "setup.cfg", "classmark.egg-info"}
"""What setuptools adds to a source archive."""


def shell(command, home, **environment):
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"HOME": str(home), "PATH": path} | environment
    done = subprocess.run(
        ["bash", "-c", command], env=environment, cwd=home, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="git says what the archives hold")
def test_the_archives_hold_the_project_and_the_package_and_no_more(tmp_path):
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", tmp_path, ROOT]
    subprocess.run(command, check=True, capture_output=True)  # the wheel is built from the source archive
    with tarfile.open(tmp_path / f"classmark-{VERSION}.tar.gz") as archive:
        names = {name.partition("/")[2] for name in archive.getnames()} - {""}
    assert {name.partition("/")[0] for name in names} == KEPT | ADDED
    assert {"tests/conftest.py", "tests/benchmarks/speed.py"} <= names
    paths = [path for room in ("cli", "corpus", "model") for path in (ROOT / room).rglob("*") if path.is_file()]
    kept = (path for path in paths if path.parent.name != "__pycache__" and path.name != "README.md")
    rooms = {path.relative_to(ROOT).as_posix() for path in kept}
    with zipfile.ZipFile(tmp_path / f"classmark-{VERSION}-py3-none-any.whl") as wheel:
        assert {name for name in wheel.namelist() if ".dist-info/" not in name} == {
            f"classmark/{name}" for name in rooms
        }
        assert all(wheel.read(f"classmark/{name}") == (ROOT / name).read_bytes() for name in rooms)
        wheel.extractall(tmp_path / "site")
    said = shell("echo Soil and wheat | python -m classmark.cli predict", tmp_path, PYTHONPATH=str(tmp_path / "site"))
    assert said.startswith("S\tAgriculture\t")


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_the_version_is_told(option):
    assert run(option).out == f"classmark {VERSION}\n"


def test_completion_is_installed_and_completes(tmp_path):
    shell("classmark --install-completion; true", tmp_path)
    [script] = (tmp_path / ".bash_completions").iterdir()
    assert shell("classmark --show-completion; true", tmp_path).strip() == script.read_text("utf-8").strip()
    ask = "_classmark_completion classmark; echo ${COMPREPLY[@]}"
    assert shell(f". {script}; COMP_WORDS=(classmark pre); COMP_CWORD=1; {ask}", tmp_path) == "predict\n"
    asked = shell(f". {script}; COMP_WORDS=(classmark train --ai); COMP_CWORD=2; {ask}", tmp_path)
    assert asked == "--aim\n"


def test_readme_tells_the_licences_of_all_libraries():
    extras = dict(PROJECT["optional-dependencies"])
    tests = names_of(extras.pop("test"))
    wanted = [names_of(PROJECT["dependencies"]), names_of(chain.from_iterable(extras.values())), tests]
    rows = re.findall(r"^\| (?:MIT|BSD|Apache|MPL|PSF).*", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    table = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    assert [{name for row in table for name in row[column].split(", ") if name} for column in (1, 2, 3)] == wanted
    for licence, *cells in table:
        for name in ", ".join(filter(None, cells)).split(", "):
            assert re.search(SIGNS[licence.partition("-")[0]], licence_of(name)), f"{name}: {licence_of(name)}"


SIGNS = {
    "MIT": "MIT",
    "BSD": "BSD|Redistribution and use in source and binary forms",
    "Apache": "Apache",
    "MPL": "MPL",
    "PSF": "Python Software Foundation",
}
"""By what a licence is known in what libraries say of themselves, each in its way."""


def names_of(requirements):
    return {re.match(r"[\w-]+", requirement)[0] for requirement in requirements} - {"classmark"}


def licence_of(name):
    found = metadata(name)
    said = [found.get("License-Expression"), found.get("License"), *found.get_all("Classifier", [])]
    return "\n".join(line for line in said if line)
