"""Cold start as ratios to a bare interpreter (`python -I -c pass`), measured in the same run.

Usage: python benchmarks/cold_start.py [RUNS]
Runs are interleaved, so that a busy moment of the machine hits every command alike; medians are compared.
"""

import os
import pty
import statistics
import subprocess
import sys
import time
from pathlib import Path

PYTHON = sys.executable
MEDCHECK = str(Path(PYTHON).parent / "medcheck")
HELLO = "import typer\ndef main(name: str): print(f'Hello {name}')\ntyper.run(main)"
TEN = ["warfarin", "lisinopril", "metformin", "atorvastatin", "amlodipine", "omeprazole", "sertraline", "gabapentin",
       "levothyroxine", "furosemide"]  # fmt: skip

COMMANDS: dict[str, tuple[list[str], float | None]] = {
    "bare interpreter": ([PYTHON, "-I", "-c", "pass"], None),
    "typer hello world": ([PYTHON, "-c", HELLO, "world"], None),
    "JSON, two exact names": ([MEDCHECK, "naltrexone", "gabapentin", "--format", "json"], 3.5),
    "text in a pipe": ([MEDCHECK, "naltrexone", "gabapentin"], 3.5),
    "a misspelt name": ([MEDCHECK, "naltraxone", "gabapentin", "--format", "json"], 5),
    "JSON, ten names": ([MEDCHECK, *TEN, "--format", "json"], None),
    "completion of a name": ([MEDCHECK, "__complete", "1", "napr"], 4),
    "--help": ([MEDCHECK, "--help"], None),
}


def timed(command: list[str]) -> float:
    """Return the seconds that a command takes, its output thrown away."""
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.perf_counter() - start


def timed_in_terminal(command: list[str]) -> float:
    """Return the seconds that a command takes when its output is a terminal."""
    start = time.perf_counter()
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(command[0], command)  # noqa: S606
    try:
        while os.read(terminal, 65536):
            pass
    except OSError:  # the terminal closes when the command ends
        pass
    os.waitpid(pid, 0)
    os.close(terminal)
    return time.perf_counter() - start


def main() -> None:
    """Measure and print."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    rich = "rich text in a terminal"
    times: dict[str, list[float]] = {name: [] for name in (*COMMANDS, rich)}
    for _ in range(runs):
        for name, (command, _limit) in COMMANDS.items():
            times[name].append(timed(command))
        times[rich].append(timed_in_terminal(COMMANDS["text in a pipe"][0]))
    medians = {name: statistics.median(seconds) for name, seconds in times.items()}
    bare = medians["bare interpreter"]
    limits = {name: limit for name, (_, limit) in COMMANDS.items()} | {rich: 8}
    for name, median in medians.items():
        aim = f"  (at most {limits[name]})" if limits[name] else ""
        print(f"{name:26} {median * 1000:7.1f} ms  {median / bare:5.2f} x bare{aim}")
    ratio = medians["JSON, ten names"] / medians["JSON, two exact names"]
    print(f"{'ten names against two':26} {ratio:18.2f} x      (at most 1.3)")


if __name__ == "__main__":
    main()
