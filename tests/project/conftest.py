import pytest

from dwell.project import Project
from project.drawing import a_source


@pytest.fixture
def path(tmp_path):
    return tmp_path / "kitchen.dwell"


@pytest.fixture
def project(path):
    with Project.create(path, a_source()) as project:
        yield project
