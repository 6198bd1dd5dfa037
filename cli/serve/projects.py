"""Open models as the projects of Annif's API."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from classmark.corpus.errors import UsageError
from classmark.model.persistence.model_file import open_classifier
from classmark.model.scoring.classifier import DEFAULT_FILE, Classifier

from .addresses import Addresses
from .settings import ServerSettings

DEFAULT_ID = "lcc"
"""The project of the built-in model."""

_DEFAULT_NAME = "Library of Congress Classification"
_NOT_IN_IDS = re.compile(r"[^A-Za-z0-9_-]+")


class Project(Struct, frozen=True, eq=False):
    """A model at one level of its scheme.

    Parameters
    ----------
    id
        As in addresses of the API.
    name
        For people.
    language
        Of the codes' names.
    modified
        When the model file was last written.
    finer
        The project of the next level; None if there is none.
    """

    id: str
    name: str
    classifier: Classifier
    language: str
    modified: datetime
    addresses: Addresses
    finer: Project | None = None

    @property
    def vocabulary(self) -> dict[str, Any]:
        """The codes as a vocabulary of Annif's API."""
        size = len(self.classifier.codes)
        return {"vocab_id": self.id, "languages": [self.language], "size": size, "loaded": True}

    @property
    def description(self) -> dict[str, Any]:
        """The project as Annif's API tells it."""
        return {
            "project_id": self.id,
            "name": self.name,
            "language": self.language,
            "backend": {"backend_id": "classmark"},
            "vocab": self.vocabulary,
            "vocab_language": self.language,
            "is_trained": True,
            "modification_time": self.modified.isoformat(),
        }


class Projects(Struct, frozen=True):
    """The projects that are served, by their ids; the first one is asked where a request names none."""

    by_id: dict[str, Project] = field(default_factory=dict)

    @property
    def all(self) -> list[Project]:
        """All projects, in the order of the models."""
        return list(self.by_id.values())

    @property
    def first(self) -> Project:
        """The first project."""
        return self.all[0]


def open_projects(models: Sequence[Path], settings: ServerSettings) -> Projects:
    """Open models, each as a project and, if it knows levels, as one more for each other level.

    Parameters
    ----------
    models
        Model files; without any, the built-in model is opened.

    Raises
    ------
    UsageError
        A file does not exist, or two models would be the same project.
    ModelFileError
        A file is no model file, or is damaged.
    """
    by_id: dict[str, Project] = {}
    for path in models or [DEFAULT_FILE]:
        for project in _projects_of(path, settings):
            if project.id in by_id:
                raise UsageError(f"{path} would be the second project {project.id}; rename one of the model files")
            by_id[project.id] = project
    return Projects(by_id)


def _projects_of(path: Path, settings: ServerSettings) -> list[Project]:
    """Return the project of a model, then those of the other levels of its scheme."""
    classifier = open_classifier(path)
    levels = len(classifier.levels)
    own = classifier.scheme.level or levels
    project: Project | None = None
    found: dict[int, Project] = {}
    for level in range(levels, 0, -1):
        project = _project(path, classifier.at_level(level), None if level == own else level, settings, project)
        found[level] = project
    first = found.pop(own, None) or _project(path, classifier, None, settings, None)
    return [first, *reversed(found.values())]


def _project(
    path: Path, classifier: Classifier, level: int | None, settings: ServerSettings, finer: Project | None
) -> Project:
    is_default = path == DEFAULT_FILE
    own = DEFAULT_ID if is_default else _NOT_IN_IDS.sub("-", path.stem).strip("-") or "model"
    name = _DEFAULT_NAME if is_default else path.stem
    project_id = own if level is None else f"{own}-level-{level}"
    return Project(
        project_id,
        name if level is None else f"{name}, level {level}",
        classifier,
        settings.language,
        datetime.fromtimestamp(path.stat().st_mtime, UTC),
        Addresses(own, classifier.scheme, settings.uri_prefix),
        finer,
    )
