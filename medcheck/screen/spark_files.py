"""Files where Spark keeps them (local, HDFS, S3...): written beside the target and moved when all are complete."""

import io
import uuid
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pyarrow import csv, parquet

from medcheck.screen.output import MANIFEST, plain

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


class SparkOutput:
    """A folder of tables, reached through Spark's own file systems."""

    def __init__(self, session: "SparkSession", folder: str) -> None:
        self._java: Any = session.sparkContext._jvm  # noqa: SLF001 (the only way to Hadoop's file systems)
        self._conf: Any = session.sparkContext._jsc.hadoopConfiguration()  # noqa: SLF001
        self.folder = folder.rstrip("/")
        self.scratch = f"{self.folder}/.screen-{uuid.uuid4().hex[:8]}"
        self._files: Any = self._path(self.folder).getFileSystem(self._conf)

    def _path(self, place: str) -> Any:
        return self._java.org.apache.hadoop.fs.Path(place)

    def exists(self, place: str) -> bool:
        """Tell whether a file or folder is there."""
        return bool(self._files.exists(self._path(place)))

    def write(self, name: str, content: bytes) -> None:
        """Write a file in the scratch folder."""
        stream = self._files.create(self._path(f"{self.scratch}/{name}"))
        try:
            stream.write(bytearray(content))
        finally:
            stream.close()

    def move(self, place: str, name: str) -> None:
        """Move a file or folder to the scratch folder under a new name."""
        self._files.rename(self._path(place), self._path(f"{self.scratch}/{name}"))

    def finish(self, names: list[str], manifest: bytes) -> None:
        """Move files and folders of the scratch folder to their places, the manifest last."""
        self.write(MANIFEST, manifest)
        self._files.delete(self._path(f"{self.folder}/{MANIFEST}"), False)  # noqa: FBT003
        for name in (*names, MANIFEST):
            target = self._path(f"{self.folder}/{name}")
            self._files.delete(target, True)  # noqa: FBT003
            if not self._files.rename(self._path(f"{self.scratch}/{name}"), target):
                raise OSError(5, f"{self.folder}/{name} could not be moved to its place")

    def clear(self) -> None:
        """Remove the scratch folder."""
        self._files.delete(self._path(self.scratch), True)  # noqa: FBT003


def table_bytes(table: "pa.Table", form: str) -> bytes:
    """Return a table as the bytes of a Parquet or CSV file."""
    stream = io.BytesIO()
    if form == "csv":
        csv.write_csv(plain(table), stream)
    else:
        parquet.write_table(table, stream)
    return stream.getvalue()


def package(folder: Path) -> str:
    """Pack the code of medcheck, without its data, for the workers; return the path of the file."""
    root = Path(__file__).parent.parent
    archive = folder / "medcheck.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for file in sorted(root.rglob("*.py")):
            packed.write(file, Path("medcheck") / file.relative_to(root))
    return str(archive)
