"""The wheel carries its data and runs anywhere."""

import subprocess
import sys
import zipfile

from conftest import ROOT


def sh(*command, **more):
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=True, **more)


def test_the_wheel_installs_and_runs_from_another_folder(tmp_path):
    """Build sdist, wheel from the sdist, install into a new environment, run elsewhere."""
    sh(sys.executable, "-m", "build", "--no-isolation", "--outdir", str(tmp_path), str(ROOT))
    [wheel] = tmp_path.glob("*.whl")
    assert wheel.name.startswith("medcheck_cli-")
    names = zipfile.ZipFile(wheel).namelist()
    assert {
        "medcheck/store/compendium.sqlite",
        "medcheck/store/manifest.txt",
        "medcheck/store/keys.txt",
        "medcheck/py.typed",
    } <= set(names)
    assert not [name for name in names if name.endswith(".yaml")]
    sh(sys.executable, "-m", "venv", str(tmp_path / "new"))
    sh(str(tmp_path / "new/bin/pip"), "install", "--quiet", str(wheel))
    command = str(tmp_path / "new/bin/medcheck")
    answer = sh(command, "Revia", "Neurontin", cwd="/")
    assert "naltrexone + gabapentin" in answer.stdout
    assert "not medical advice" in answer.stdout
    assert sh(command, "data", "verify", cwd="/").stdout
    assert sh(command, "Revia", "Neurontin", "--format", "html", cwd="/").stdout.startswith("<!DOCTYPE html>")
    assert '"medcheck/report/1"' in sh(command, "data", "schema", cwd="/").stdout
    assert (tmp_path / "new/share/man/man1/medcheck.1").exists()
    assert sh(
        str(tmp_path / "new/bin/python"), "-c", "import medcheck; print(medcheck.check(['Revia']).complete)"
    ).stdout
