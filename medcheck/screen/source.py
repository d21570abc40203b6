"""Files -> batches of the wanted columns, read a piece at a time: Parquet (files, folders), CSV, TSV, gzip, stdin."""

import gzip
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import pyarrow as pa
from pyarrow import parquet

from medcheck.intake import InputError, UsageError
from medcheck.screen.ahead import ahead
from medcheck.screen.text import Form, read_text

if TYPE_CHECKING:
    from medcheck.screen.errors import BadRows

BATCH_ROWS = 1 << 19
_BUFFER = 1 << 20
"""Bytes of a column that are read at once, whatever the size of its row group."""
_PARQUET, _GZIP = b"PAR1", b"\x1f\x8b"


@dataclass(frozen=True)
class Columns:
    """Which columns of the table hold what."""

    person: str = "person"
    drug: str = "drug"
    start: str = ""
    end: str = ""
    """Columns of the first and last day; both or none."""
    strata: tuple[str, ...] = ()

    @property
    def wanted(self) -> list[str]:
        """The columns to read."""
        return [self.person, self.drug, *([self.start, self.end] if self.start else []), *self.strata]


@dataclass(frozen=True)
class Table:
    """A table that lies in one or more files."""

    files: tuple[Path, ...]
    shown: str
    """How messages call it."""

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.stat().st_size for file in self.files)


def open_table(path: str, scratch: Path) -> Table:
    """Find the files of a table; stdin (`-`) is copied to `scratch` first, because a table may be read twice."""
    if path == "-":
        copy = scratch / "stdin"
        with copy.open("wb") as file:
            shutil.copyfileobj(sys.stdin.buffer, file)
        return Table((copy,), "standard input")
    place = Path(path)
    if not place.exists():
        raise InputError(f"{path}: no such file or folder")
    names = sorted(place.rglob("*")) if place.is_dir() else [place]
    files = tuple(file for file in names if file.is_file() and not file.name.startswith((".", "_")))
    if not files:
        raise InputError(f"{path}: the folder holds no files")
    return Table(files, path)


def choose(columns: Columns, header: list[str], shown: str) -> Columns:
    """Check that the columns are in the header; take `start` and `end` if both are and no others were named."""
    if not columns.start and not columns.end and {"start", "end"} <= set(header):
        columns = Columns(columns.person, columns.drug, "start", "end", columns.strata)
    if bool(columns.start) != bool(columns.end):
        raise UsageError("give --start and --end together: a course needs its first and its last day")
    if missing := [name for name in columns.wanted if name not in header]:
        raise InputError(f"{shown}: there is no column {', '.join(map(repr, missing))}; it has {', '.join(header)}")
    return columns


def header_of(file: Path) -> list[str]:
    """Return the names of a file's columns."""
    if is_parquet(file):
        return list(_open_parquet(file).schema_arrow.names)
    with open_text(file) as stream:
        line = stream.readline().removeprefix(b"\xef\xbb\xbf")
    return [name.strip().strip('"') for name in line.decode("utf-8", "replace").rstrip("\r\n").split(delimiter(line))]


def delimiter(line: bytes) -> str:
    """Return what separates the columns of a header: a tab if there is one, else a semicolon or a comma."""
    return "\t" if b"\t" in line else ";" if line.count(b";") > line.count(b",") else ","


def is_parquet(file: Path) -> bool:
    """Tell from its first bytes whether a file is Parquet, or from its name if it says so and is broken."""
    try:
        with file.open("rb") as stream:
            return stream.read(4) == _PARQUET or file.suffix.lower() in (".parquet", ".pq")
    except OSError as error:
        raise InputError(f"{file}: {error.strerror or error}") from error


def open_text(file: Path) -> IO[bytes]:
    """Open a CSV or TSV, unpacked if it is packed with gzip."""
    with file.open("rb") as stream:
        packed = stream.read(2) == _GZIP
    return gzip.open(file) if packed else file.open("rb")  # type: ignore[return-value]


def read(table: Table, columns: Columns, bad: "BadRows", threads: int) -> Iterator[tuple[str, "pa.RecordBatch", int]]:
    """Yield where each batch is from, the batch, and how many bytes of the files were read by then (an estimate)."""
    done = 0
    for file in table.files:
        size = file.stat().st_size
        try:
            if is_parquet(file):
                for batch, share in _read_parquet(file, columns, threads):
                    yield str(file), batch, done + int(share * size)
            else:
                for batch, share in _read_csv(file, columns, bad, threads):
                    yield str(file), batch, done + int(share * size)
        except (pa.ArrowException, EOFError, gzip.BadGzipFile) as error:
            raise InputError(f"{file}: cannot be read: {str(error).splitlines()[0]}") from error
        done += size


def _open_parquet(file: Path) -> Any:
    try:
        return parquet.ParquetFile(file, read_dictionary=None)
    except (pa.ArrowException, OSError) as error:
        raise InputError(f"{file}: not a whole Parquet file: {str(error).splitlines()[0]}") from error


def _read_parquet(file: Path, columns: Columns, threads: int) -> Iterator[tuple["pa.RecordBatch", float]]:
    about = _open_parquet(file)
    missing = set(columns.wanted) - set(about.schema_arrow.names)
    if missing:
        raise InputError(f"{file}: there is no column {', '.join(map(repr, sorted(missing)))}")
    rows, total = 0, max(1, about.metadata.num_rows)
    try:
        for batch in _batches(file, about, columns, threads):
            rows += len(batch)
            yield batch, rows / total
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {str(error).splitlines()[0]}") from error


def _batches(file: Path, about: Any, columns: Columns, threads: int) -> Iterator["pa.RecordBatch"]:
    """Yield the rows in turn: row groups that are small side by side, larger ones a piece at a time."""
    coded = [
        name for name in (columns.drug, *columns.strata) if pa.types.is_string(about.schema_arrow.field(name).type)
    ]
    open_again = partial(
        parquet.ParquetFile, file, metadata=about.metadata, read_dictionary=coded, pre_buffer=False, buffer_size=_BUFFER
    )

    def read(groups: list[int]) -> Any:
        return open_again().read_row_groups(groups, columns=columns.wanted, use_threads=False).combine_chunks()

    sizes = [about.metadata.row_group(n).num_rows for n in range(about.metadata.num_row_groups)]
    if max(sizes, default=0) > 2 * BATCH_ROWS:
        yield from open_again().iter_batches(BATCH_ROWS, columns=columns.wanted)
        return
    for table in ahead((partial(read, groups) for groups in _together(sizes)), threads):
        yield from table.to_batches()


def _together(sizes: list[int]) -> Iterator[list[int]]:
    """Yield numbers of row groups that follow each other and have about `BATCH_ROWS` rows together, or one alone."""
    groups: list[int] = []
    for n, size in enumerate(sizes):
        if groups and size + sum(sizes[m] for m in groups) > BATCH_ROWS:
            yield groups
            groups = []
        groups.append(n)
    if groups:
        yield groups


def _read_csv(file: Path, columns: Columns, bad: "BadRows", threads: int) -> Iterator[tuple["pa.RecordBatch", float]]:
    header = header_of(file)
    if missing := [name for name in columns.wanted if name not in header]:
        raise InputError(f"{file}: there is no column {', '.join(map(repr, missing))}")
    with open_text(file) as stream:
        form = Form(header, delimiter(stream.readline()), columns)
        place, size = getattr(stream, "fileobj", stream), max(1, file.stat().st_size)
        for batch in read_text(stream, form, bad, threads, str(file)):
            yield batch, min(1.0, place.tell() / size)
