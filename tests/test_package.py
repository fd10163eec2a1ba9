"""The package as a whole: what it offers, and what importing it costs."""

import importlib
import json
import subprocess
import sys
import typing

import pytest

import dwell


def test_every_public_name_is_there():
    for name in dwell.__all__:
        assert getattr(dwell, name) is not None


def test_the_lazy_table_the_list_and_the_types_agree():
    assert sorted(dwell._HOME_OF) == sorted(dwell.__all__)
    source = importlib.util.find_spec("dwell").loader.get_source("dwell")
    block = source.split("if TYPE_CHECKING:")[1].split("__version__")[0]
    typed = {name.strip(" ,()") for line in block.splitlines() if " import " in line
             for name in line.split(" import ")[1].split(",")}  # fmt: skip
    assert typed == set(dwell.__all__)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="nothing"):
        _ = dwell.nothing


def test_importing_loads_nothing_heavy():
    code = "import sys, json, dwell; print(json.dumps(sorted(sys.modules)))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    loaded = {name.split(".")[0] for name in json.loads(out)}
    assert not loaded & {"torch", "cv2", "matplotlib", "av", "numpy", "pandas", "PIL", "transformers"}


def test_every_public_thing_is_documented():
    for name in dwell.__all__:
        thing = getattr(dwell, name)
        if typing.get_origin(thing) is None:
            assert thing.__doc__, name
