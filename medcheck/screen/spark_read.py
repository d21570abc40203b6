"""A table as Spark reads it -> rows with typed columns, each with what is wrong with it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 (Spark's own name for it)

from medcheck.intake import InputError
from medcheck.screen.lists import OPEN_END, OPEN_START
from medcheck.screen.rows import BACKWARDS, BAD_DATE, NO_DRUG, NO_PERSON
from medcheck.screen.source import Columns, choose, delimiter
from medcheck.screen.text import BROKEN

if TYPE_CHECKING:
    from medcheck.screen.plan import Plan

_BROKEN = "_broken_row"
_WHOLE = ("tinyint", "smallint", "int", "bigint")


@dataclass(frozen=True)
class Checked:
    """The rows of a table: person, drug, days, stratum_0..., `fault` (empty for a good row), `mark` (a hash)."""

    rows: DataFrame
    columns: Columns


def open_rows(session: SparkSession, plan: "Plan") -> Checked:
    """Read a table; InputError for columns that are missing or of a wrong type."""
    raw = _read(session, plan.table)
    columns = choose(plan.columns, [name for name in raw.columns if name != _BROKEN], plan.table)
    types = dict(raw.dtypes)
    person = F.col(_quoted(columns.person))
    if types[columns.person] in _WHOLE:
        person = person.cast("bigint")
    elif types[columns.person] != "string":
        raise InputError(
            f"{plan.table}: column {columns.person!r}: expected whole numbers or text, not {types[columns.person]}"
        )
    drug = F.col(_quoted(columns.drug)).cast("string")
    wanted = {"person": person, "drug": F.when(drug != "", drug)}
    dates = [columns.start, columns.end] if columns.start else []
    for name, column in zip(("start", "end"), dates, strict=False):
        wanted[name], wanted[f"bad_{name}"] = _day(column, types[column])
    for n, name in enumerate(columns.strata):
        wanted[f"stratum_{n}"] = F.coalesce(F.col(_quoted(name)).cast("string"), F.lit(""))
    wanted["broken"] = F.col(_BROKEN).isNotNull() if _BROKEN in raw.columns else F.lit(False)  # noqa: FBT003
    wanted["mark"] = F.xxhash64(*(F.col(_quoted(name)) for name in columns.wanted))
    rows = raw.select(*(column.alias(name) for name, column in wanted.items()))
    return Checked(rows.withColumn("fault", _fault(dates=bool(dates))), columns)


def _read(session: SparkSession, table: str) -> DataFrame:
    name = table.lower().removesuffix(".gz")
    if not name.endswith((".csv", ".tsv", ".txt")):
        return session.read.parquet(table)
    # Without this Spark looks only at the columns it needs, and takes a row that is cut short for a whole one.
    session.conf.set("spark.sql.csv.parser.columnPruning.enabled", "false")
    first = session.read.text(table).first()
    options = session.read.option("header", "true").option("sep", delimiter(first.value.encode() if first else b""))
    header = options.csv(table).columns
    fields = ", ".join(f"{_quoted(column)} string" for column in (*header, _BROKEN))
    return options.option("columnNameOfCorruptRecord", _BROKEN).schema(fields).csv(table)


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _day(name: str, kind: str) -> tuple[Column, Column]:
    """Return a column as days since 1970, and whether a value is no date."""
    given = F.col(_quoted(name))
    if kind == "string":
        iso = given.rlike(r"^\d{4}-\d{2}-\d{2}$")
        day = F.unix_date(F.when(iso, F.expr(f"try_to_date({_quoted(name)}, 'yyyy-MM-dd')")))
    else:
        day = F.unix_date(given.cast("date"))
    return day, given.isNotNull() & day.isNull()


def _fault(*, dates: bool) -> Column:
    """Return the first thing that is wrong with a row, or nothing."""
    fault = (
        F.when(F.col("broken"), BROKEN).when(F.col("person").isNull(), NO_PERSON).when(F.col("drug").isNull(), NO_DRUG)
    )
    if dates:
        fault = fault.when(F.col("bad_start") | F.col("bad_end"), BAD_DATE).when(
            F.col("end") < F.col("start"), BACKWARDS
        )
    return fault.otherwise("")


def with_days(checked: Checked) -> DataFrame:
    """Return the rows with open ends filled in."""
    if not checked.columns.start:
        return checked.rows
    filled = {"start": F.coalesce("start", F.lit(OPEN_START)), "end": F.coalesce("end", F.lit(OPEN_END))}
    return checked.rows.withColumns(filled)
