"""Every way a program of ours can end."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(body: str) -> subprocess.CompletedProcess[str]:
    program = f"import asyncio, atexit, sys\nfrom exits import run_entrypoint\n{body}\n"
    command = [sys.executable, "-c", program + "run_entrypoint(main)"]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False
    )


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("def main(): return None", 0),
        ("def main(): return 3", 3),
        ("async def main(): await asyncio.sleep(0); return 4", 4),
        ("def main(): sys.exit()", 0),
        ("def main(): sys.exit(5)", 5),
        ("def main(): raise KeyboardInterrupt", 130),
        ("def main(): sys.stdout.close()", 0),
    ],
)
def test_a_program_leaves_with_its_code(body, code):
    assert run(body).returncode == code


def test_a_message_given_to_exit_is_printed():
    ended = run("def main(): sys.exit('no ledger')")
    assert (ended.returncode, ended.stderr) == (1, "no ledger\n")


def test_an_unexpected_exception_is_printed():
    ended = run("async def main(): raise ValueError('plan does not sum')")
    assert ended.returncode == 1
    assert "ValueError: plan does not sum" in ended.stderr


def test_farewells_are_said_and_everything_is_written():
    ended = run("atexit.register(print, 'stopped', end='')\ndef main(): print('working')")
    assert ended.stdout == "working\nstopped"
