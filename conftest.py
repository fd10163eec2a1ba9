"""Without the extra ``sam``, its modules cannot be imported; their tests are left out, and that is said."""

from importlib.util import find_spec

NEEDED = ("torch", "transformers", "safetensors", "huggingface_hub")
MISSING = [name for name in NEEDED if find_spec(name) is None]

collect_ignore_glob = (
    [
        "src/dwell/segmenters/sam/*",
        "src/dwell/segmenters/sam1/*",
        "src/dwell/segmenters/automatic/learned.py",
        "tests/segmenters/sam/*",
        "tests/checkpoints/*",
    ]
    if MISSING
    else []
)


def pytest_report_header():
    """What is left out, and how to have it."""
    if MISSING:
        return (
            f'no {", ".join(MISSING)}: tests of the SAM backends are left out; pip install -e ".[test,sam]"'
        )
    return None
