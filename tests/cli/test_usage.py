"""Help, versions and wrong usage, in this process and as the installed command."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

import dwell as package
from cli.running import dwell, refused
from dwell.cli.console import print_json, print_table
from dwell.cli.main import app
from dwell.cli.wording import for_command_line

COMMANDS = sorted(get_command(app).commands)


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def test_these_are_the_commands():
    assert (
        " ".join(COMMANDS)
        == "app cloud convert demo edit everything export formats import info look map models render review "
        "segment track"
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_every_command_has_examples_and_exit_codes(command):
    ran = dwell(command, "--help")
    assert any(line.strip().startswith(f"dwell {command} ") for line in ran.out.splitlines())
    assert "130 stopped by Ctrl-C" in " ".join(ran.out.split())
    assert ran.out == dwell(command, "-h").out


def test_every_option_is_explained():
    for name, command in get_command(app).commands.items():
        for parameter in command.params:
            assert getattr(parameter, "help", None), f"{name} {parameter.name}"


def test_help_loads_nothing_heavy():
    code = (
        "import sys, json, typer.testing\nfrom dwell.cli.main import app\n"
        "out = typer.testing.CliRunner().invoke(app, ['track', '--help'])\n"
        "print(json.dumps([out.exit_code, sorted(sys.modules)]))"
    )
    exit_code, loaded = json.loads(run(sys.executable, "-c", code).stdout)
    assert exit_code == 0
    assert not {name.split(".")[0] for name in loaded} & {
        "numpy",
        "cv2",
        "av",
        "pandas",
        "matplotlib",
        "torch",
    }


def test_it_runs_as_a_module_and_as_a_script():
    script = Path(sys.executable).parent / "dwell"
    commands = [[sys.executable, "-m", "dwell.cli"], *([[str(script)]] if script.exists() else [])]
    for command in commands:
        ran = run(*command, "--version")
        assert (ran.returncode, ran.stdout.strip()) == (0, f"dwell {package.__version__}")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nope"], "nope"),
        (["map", "a.dwell"], "--out"),
        (["track"], "PATH"),
        (["info", "--nope", "x"], "--nope"),
        (["demo", "--seconds", "1"], "4"),
    ],
)
def test_wrong_usage_is_exit_code_2_in_words_and_in_json(arguments, says):
    assert says in refused(*arguments, code=2)
    ran = dwell(*arguments, "--json", code=2)
    assert set(ran.json) == {"error"}
    assert ran.json["error"]["type"] == "UsageError"
    assert says in ran.json["error"]["message"]
    assert ran.err == ""


def test_an_error_in_json_has_what_is_known_of_it():
    ran = dwell("info", "nothing.zip", "--json", code=1)
    error = ran.json["error"]
    assert error == {"type": "UnknownRecording", "message": error["message"], "path": "nothing.zip"}
    assert ran.err == ""


def test_json_of_what_json_lacks(capsys):
    numpy = pytest.importorskip("numpy")
    print_json(
        {"path": Path("a"), "none": float("nan"), "many": numpy.float32(2.5), "list": (numpy.int64(3),)}
    )
    assert json.loads(capsys.readouterr().out) == {"path": "a", "none": None, "many": 2.5, "list": [3]}


def test_a_table_writes_missing_values_as_dashes_and_no_markup(capsys):
    print_table(("a [x]", "n"), [("[bold]b[/bold]", 1.23456), ("c", None)])
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines == [["a", "[x]", "n"], ["[bold]b[/bold]", "1.23"], ["c", "–"]]


@pytest.mark.parametrize(
    ("python", "typed"),
    [
        ("Say gaze='FILE.csv'.", "Say --gaze 'FILE.csv'."),
        ("Say fps=, or add frames.csv.", "Say --fps, or add frames.csv."),
        ("by id, name=… in Python or --recording on the command line: 'a'", "by id, --recording NAME: 'a'"),
        ("Say normalised=True or False (the", "Say --normalised or --pixels (the"),
        ("give px_per_degree, or", "give --px-per-degree, or"),
        ("'clock_offset_ns' must be whole", "'clock_offset_ns' must be whole"),
        ("f's max=3 and x2=4", "f's max=3 and x2=4"),
        (
            "The backend 'embedded' has no option 'resolution'; it takes: none.",
            "--resolution means nothing to the backend 'embedded'; it takes: none.",
        ),
        (
            "The backend 'edgetam' has no option 'fps'; it takes: resolution, precision, offline, show.",
            "--fps means nothing to the backend 'edgetam'; it takes: --resolution, --offline.",
        ),
    ],
)
def test_parameters_are_spoken_of_as_options(python, typed):
    assert for_command_line(python) == typed
