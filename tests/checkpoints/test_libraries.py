"""What is said when torch, transformers, torchvision or timm are missing, too old or broken.

Each test draws small packages and imports Dwell in a process that sees nothing else.
"""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from dwell.errors import MissingBackend
from dwell.models import MODELS
from dwell.segmenters.checkpoints import libraries
from dwell.segmenters.checkpoints.family import TRACKING

SRC = Path(__file__).parents[2] / "src"
TORCH = {"torch": ("2.13.0", "")}
NEW = {"transformers": ("5.23.0", "class Sam2VideoModel: pass\nclass EdgeTamVideoModel: pass\n")}
SOUND = {"torchvision": ("0.28.0", "")}
BROKEN = {"torchvision": ("0.28.0", "raise RuntimeError('operator torchvision::nms does not exist')")}
REPVIT = {"model_type": "edgetam_video", "vision_config": {"backbone_config": {"model_type": "timm_wrapper"}}}
HIERA = {"model_type": "edgetam_video", "vision_config": {"backbone_config": {"model_type": "hiera"}}}


def draw_packages(folder, packages):
    for name, (version, code) in packages.items():
        (folder / name).mkdir(parents=True)
        (folder / name / "__init__.py").write_text(code)
        about = folder / f"{name}-{version}.dist-info"
        about.mkdir()
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    return folder


def answer(folder, *flags, model_type="sam2_video", config=None):
    """What asking for a network class comes to, with the packages in this folder."""
    code = (
        "from dwell.errors import MissingBackend\n"
        "from dwell.segmenters.checkpoints.libraries import model_class\n"
        f"try: print(model_class({TRACKING.architectures[model_type]!r}, {config!r}).__name__)\n"
        "except MissingBackend as error: print(error)\n"
    )
    path = os.pathsep.join([str(folder), str(SRC)])
    command = [sys.executable, *flags, "-W", "ignore", "-c", code]
    ran = subprocess.run(
        command, capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": path}
    )
    assert len(ran.stdout) < 500
    return ran.stdout.strip()


def alone(tmp_path, packages, **what):
    """The answer where only these packages are installed."""
    return answer(draw_packages(tmp_path / "site", packages), "-S", **what)


def test_nothing_installed(tmp_path):
    assert alone(tmp_path, {}) == (
        "Learned models need the package 'torch', which is not installed; run: pip install \"dwell[sam]\""
    )


def test_torch_without_transformers(tmp_path):
    assert "need the package 'transformers'" in alone(tmp_path, TORCH)


@pytest.mark.parametrize(
    ("model_type", "name"),
    [("sam2", "Sam2VideoModel"), ("sam2_video", "Sam2VideoModel"), ("edgetam_video", "EdgeTamVideoModel")],
)
def test_the_class_belongs_to_the_architecture(tmp_path, model_type, name):
    assert alone(tmp_path, TORCH | NEW, model_type=model_type) == name


def test_an_old_transformers_lacks_the_class(tmp_path):
    old = {"transformers": ("4.40.1", "")}
    message = alone(tmp_path, TORCH | old)
    assert message == (
        "transformers 4.40.1 has no Sam2VideoModel; Dwell needs 5.23 or newer. "
        'Run: pip install --upgrade "transformers>=5.23"'
    )


def test_a_transformers_that_does_not_take_this_torch(tmp_path):
    placeholder = {"transformers": ("5.23.0", "class Sam2VideoModel: is_dummy = True")}
    message = alone(tmp_path, {"torch": ("1.13.0", "")} | placeholder)
    assert "transformers 5.23.0 does not work with torch 1.13.0" in message


def test_a_torch_that_cannot_be_imported(tmp_path):
    broken = {"torch": ("2.13.0", "raise OSError('libcudart.so.12: cannot open shared object file')")}
    message = alone(tmp_path, broken | NEW)
    assert "torch 2.13.0 is installed but cannot be imported (libcudart.so.12" in message


def test_a_transformers_that_lacks_a_package_of_its_own(tmp_path):
    message = alone(tmp_path, TORCH | {"transformers": ("5.23.0", "import regex_of_its_own")})
    assert "transformers 5.23.0 is installed but cannot be imported" in message
    assert "regex_of_its_own" in message


def test_a_torchvision_that_does_not_fit_is_named_as_the_culprit(tmp_path):
    spoilt = {"transformers": ("5.23.0", "import torchvision\nclass Sam2VideoModel: pass")}
    message = alone(tmp_path, TORCH | spoilt | BROKEN)
    assert message.startswith(
        "torchvision 0.28.0 does not fit torch 2.13.0 (operator torchvision::nms does not exist). "
        "Run: pip uninstall torchvision"
    )


def test_a_sound_torchvision_is_not_blamed(tmp_path):
    spoilt = {"transformers": ("5.23.0", "raise ImportError('something else')")}
    message = alone(tmp_path, TORCH | spoilt | SOUND)
    assert message.startswith("transformers 5.23.0 is installed but cannot be imported (something else)")


@pytest.mark.parametrize(
    ("packages", "says"),
    [
        ({}, "'torchvision' is not installed. Run: pip install \"dwell[edgetam]\""),
        (SOUND, "'timm' is not installed. Run: pip install \"dwell[edgetam]\""),
        (BROKEN | {"timm": ("1.0.0", "import torchvision")}, "torchvision 0.28.0 does not fit torch"),
        (SOUND | {"timm": ("1.0.0", "")}, "EdgeTamVideoModel"),
    ],
)
def test_edgetam_needs_timm_and_torchvision(tmp_path, packages, says):
    said = alone(tmp_path, TORCH | NEW | packages, model_type="edgetam_video", config=REPVIT)
    assert says in said


def test_with_another_backbone_edgetam_needs_neither(tmp_path):
    said = alone(tmp_path, TORCH | NEW, model_type="edgetam_video", config=HIERA)
    assert said == "EdgeTamVideoModel"


def test_the_real_libraries_with_a_torchvision_made_for_another_torch(tmp_path):
    pytest.importorskip("transformers")
    pytest.importorskip("torch")
    message = answer(draw_packages(tmp_path / "site", BROKEN))
    assert message.startswith("torchvision 0.28.0 does not fit torch 2.")
    assert "(operator torchvision::nms does not exist)" in message


def test_what_a_model_needs_is_asked_for_before_it_is_fetched():
    pytest.importorskip("transformers")
    if find_spec("timm") is not None:
        pytest.skip("timm is installed")
    libraries.need_model(MODELS["sam2.1-tiny"])
    with pytest.raises(MissingBackend, match=r'pip install "dwell\[edgetam\]"'):
        libraries.need_model(MODELS["edgetam"])
