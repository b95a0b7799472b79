"""`kill -9` at random moments: nothing that is recorded is lost, and nothing dangerous happens twice."""

import subprocess
import sys

from conftest import PROGRAM, REPOSITORY


def test_two_hundred_kills():
    torture = subprocess.run(
        [sys.executable, REPOSITORY / "Tests/Terminal/kill_ledger.py", PROGRAM, "--kills", "200"],
        capture_output=True, text=True, timeout=900)
    print(torture.stdout)
    assert torture.returncode == 0, torture.stdout + torture.stderr
