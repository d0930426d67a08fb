"""The command line as a whole: what is loaded for one command is what it is among all."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from starter import COMMANDS, GROUPS, app

STARTER = Path(__file__).parents[2] / "starter.py"


@pytest.fixture(scope="module")
def everything():
    return app()


@pytest.mark.parametrize("name", [*COMMANDS, *GROUPS])
def test_a_command_that_is_loaded_alone_is_the_same_as_among_all(everything, name):
    asked = [name, "--help"]
    alone = CliRunner().invoke(app(name), asked)
    assert alone.exit_code == 0
    assert alone.output == CliRunner().invoke(everything, asked).output


def test_an_unknown_command_is_told_what_there_is():
    said = subprocess.run(
        [sys.executable, str(STARTER), "bureu"], capture_output=True, text=True, check=False
    )
    assert said.returncode == 2
    assert "No such command 'bureu'. Did you mean 'bureau'?" in said.stderr
