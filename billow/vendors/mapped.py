"""A report's rows as normalised charges: the mapping table compiled for one file and carried out at once."""

from collections.abc import Iterable
from dataclasses import dataclass

from billow.charges import COLUMNS, CONTENT, HASH_OFFSET, Category, ColumnType
from billow.problems import refuse_if_any
from billow.vendors.credit_rows import CREDIT_PARTS, read_credit_cells
from billow.vendors.formats import TARGETS, Formats, MappingRow, ReportFormat
from billow.vendors.headers import Header
from billow.vendors.meaning import Meaning, compiled
from billow.vendors.reading import Written, day_sql, number_sql, read_days, read_numbers
from billow.vendors.table import Table, keep_cells
from billow.vendors.transforms import Compiler, quoted

_SQL_TYPES = {
    ColumnType.TEXT: "VARCHAR",
    ColumnType.DATE: "DATE",
    ColumnType.DECIMAL: "DECIMAL(38, 24)",
    ColumnType.INTEGER: "BIGINT",
    ColumnType.BOOLEAN: "BOOLEAN",
}
_CATEGORIES = ", ".join(quoted(category) for category in Category)
# A tax row repeats who and what, and counts nothing a second time.
_NOT_OF_TAX = (
    "ConsumedQuantity PricingQuantity ListUnitPrice ContractedUnitPrice ListCost ContractedCost "
    "x_PartnerCreditRate"
).split()


@dataclass(frozen=True)
class Lineage:
    """Where the rows of one import come from."""

    import_id: str
    file: str
    sha256: str


@dataclass(frozen=True)
class Mapping:
    """A format's mapping compiled for one file: the SQL of each column of ours, over the cells of a row.

    ``word`` is the vendor's own word for the kind of charge; ``total``, ``tax`` and ``credits`` are what the
    report's own columns say; ``meanings`` must hold between them; the cells of ``amounts`` must be numbers.
    """

    report: ReportFormat
    compiler: Compiler
    columns: dict[str, str]
    word: str
    total: str
    tax: str
    credits: str
    amount: str
    meanings: tuple[Meaning, ...]
    amounts: tuple[int, ...]
    written: Written

    def charges(self, rows: str) -> str:
        """Return the query of the normalised columns, named and typed, over a query of read rows.

        The results of the format's checks of meaning are the columns ``check0`` on.
        """
        shown = ", ".join(
            f"CAST({self.columns.get(column.name, 'NULL')} AS {_SQL_TYPES[column.type]}) "
            f"AS {quoted_name(column.name)}"
            for column in COLUMNS
        )
        checked = "".join(f", {meaning.sql} AS check{number}" for number, meaning in enumerate(self.meanings))
        return (
            f"SELECT {shown}, {self.word} AS word, {self.total} AS total, {self.tax} AS tax, "  # noqa: S608
            f"{self.credits} AS credits, {self.amount} IS NULL AS empty_amount{checked} FROM ({rows})"
        )


def compile_mapping(header: Header, report: ReportFormat, formats: Formats, lineage: Lineage) -> Mapping:
    """Compile the mapping of a format for a file with this header."""
    rows = {row.target: row for row in mapping_for(report, formats, header)}
    compiler = Compiler(header.find, header.group, formats.value_map, report.end_inclusive)
    columns = {target: compiler.expression(row.source, row.steps) for target, row in rows.items()}
    total = compiler.number(report.total_check)
    tax = compiler.number([report.tax_column]) if report.tax_column else "NULL"
    credit = compiler.cell(report.credits_column) if report.credits_column else "NULL"
    word, unknown = _charge_type(compiler, rows.get("ChargeCategory"), columns)
    amount = columns.setdefault("BilledCost", "CAST(0 AS DECIMAL(38, 24))")
    meanings = compiled(report.checks, compiler, amount, word)
    billed = rows.get("BilledCost" if report.has_amounts else "PricingQuantity")
    amounts = [*_numbers_of(header, billed), header.first(report.total_check)]
    amounts.append(header.find(report.tax_column) if report.tax_column else None)
    periods = {
        number
        for target in ("BillingPeriodStart", "BillingPeriodEnd")
        for number in _numbers_of(header, rows.get(target))
    }
    return Mapping(
        report=report,
        compiler=compiler,
        columns=columns | _derived(columns, report, lineage, unknown),
        word=word,
        total=total,
        tax=tax,
        credits=credit,
        amount=amount,
        meanings=tuple(meanings),
        amounts=tuple(number for number in amounts if number is not None),
        written=Written(report.dates, report.zone, frozenset(periods), frozenset(compiler.months)),
    )


def map_charges(table: Table, mapping: Mapping, billing_month: str | None) -> None:
    """Create ``charges``, one row for each row of the report, and ``stored``, what is kept of it.

    All cells are looked at before one is read: together they say what their commas and dates mean.
    """
    keep_cells(table, mapping.compiler.used)
    read_numbers(table, mapping.compiler.numbers, mapping.amounts, mapping.report.decimal)
    read_days(table, mapping.compiler.days, mapping.written, billing_month)
    refuse_if_any(table.problems)  # before the amounts that cannot be read make the sums differ too
    table.connection.execute(
        f"CREATE TABLE charges AS {mapping.charges(typed_cells(table, mapping.compiler))}"
    )
    if mapping.report.credits_column:
        read_credit_cells(table, mapping.report.credits_column)
    split = _with_split_rows(table, has_credits=bool(mapping.report.credits_column))
    table.connection.execute(f"CREATE VIEW stored AS {split}")


def as_set(source: str) -> str:
    """Return the query of a set as it is stored: our columns, and a hash of each row.

    The hash is of what the row says, whatever the file around it: equal charges have equal hashes.
    """
    content = ", ".join(map(quoted_name, CONTENT))
    own = f'CAST(CAST(hash({content}) AS HUGEINT) - {HASH_OFFSET} AS BIGINT) AS "x_RowHash"'
    names = ", ".join(own if column.name == "x_RowHash" else quoted_name(column.name) for column in COLUMNS)
    return f"SELECT {names} FROM {source}"  # noqa: S608 - names are ours


def mapping_for(report: ReportFormat, formats: Formats, header: Header) -> Iterable[MappingRow]:
    """Yield the mapping rows of a set's columns, ``*`` spelled out into those that the file has."""
    rows = [row for row in formats.mapping_of(report.format_id) if row.target in {*TARGETS, "*"}]
    named = {row.target for row in rows}
    for row in rows:
        if row.target != "*":
            yield row
            continue
        for column in COLUMNS:
            if column.name not in named and header.find(column.name) is not None:
                yield MappingRow(row.format_id, column.name, column.name, _same(column.name, column.type))


def _same(name: str, kind: ColumnType) -> str:
    if kind is ColumnType.DATE:
        return "date|end" if name.endswith("End") else "date"
    return "num" if kind is ColumnType.DECIMAL else "text"


def quoted_name(name: str) -> str:
    """Return a column's name for SQL."""
    return f'"{name}"'


def _numbers_of(header: Header, row: MappingRow | None) -> list[int]:
    if row is None:
        return []
    return [number for name in row.sources if (number := header.find(name)) is not None]


def _charge_type(compiler: Compiler, row: MappingRow | None, columns: dict[str, str]) -> tuple[str, str]:
    """Return the SQL of the vendor's own word for the kind of charge, and of whether we do not know it.

    Where the format has a default, no word at all is no unknown one.
    """
    if row is None:
        return "NULL", "false"
    word = compiler.expression(row.source, ()) if row.source else "NULL"
    maps = [argument for name, argument in row.steps if name == "map"]
    missed = f"{compiler.mapped(word, maps[0])} IS NULL" if maps else "false"
    if maps and any(name == "default" for name, _ in row.steps):
        missed = f"({word} IS NOT NULL AND {missed})"
    return word, f"({missed} OR coalesce({columns['ChargeCategory']}, '') NOT IN ({_CATEGORIES}))"


def _derived(columns: dict[str, str], report: ReportFormat, lineage: Lineage, unknown: str) -> dict[str, str]:
    """Return the columns that no vendor delivers, and the fallbacks of those that some leave empty."""
    amount = columns["BilledCost"]
    usual = Category.USAGE if report.kind == "usage" else Category.PURCHASE
    by_sign = f"CASE WHEN {amount} < 0 THEN '{Category.CREDIT}' ELSE '{Category.PURCHASE}' END"
    category = columns.get("ChargeCategory")
    known = f"CASE WHEN {unknown} THEN {by_sign} ELSE {category} END"
    invoice, provider = (columns.get(name, "NULL") for name in ("InvoiceId", "ServiceProviderName"))
    return {
        "BilledCost": f"coalesce({amount}, 0)",
        "ChargeCategory": known if category else quoted(usual),
        "ServiceProviderName": f"coalesce({provider}, {quoted(report.vendor)})",
        # a file that has a place for the invoice and leaves it empty is not final
        "x_IsEstimate": "false" if invoice == "NULL" else f"{invoice} IS NULL",
        "x_IsProforma": columns.get("x_IsProforma", "false"),
        "x_IsUnknownType": unknown,
        "x_ImportId": quoted(lineage.import_id),
        "x_FormatId": quoted(report.format_id),
        "x_SourceFile": quoted(lineage.file),
        "x_SourceSha256": quoted(lineage.sha256),
        "x_SourceRow": "line",
    }


def typed_cells(table: Table, compiler: Compiler) -> str:
    """Return the query of the report's cells with the numbers and days that the mapping reads."""
    shown, joins = ["cells.*"], []
    for number in sorted(compiler.numbers):
        sql, join = number_sql(table, number)
        shown.append(f"{sql} AS n{number}")
        joins.append(join)
    for number in sorted(compiler.days):
        sql, join = day_sql(number)
        shown.append(sql)
        joins.append(join)
    return f"SELECT {', '.join(shown)} FROM cells {' '.join(filter(None, joins))}"  # noqa: S608


def _with_split_rows(table: Table, *, has_credits: bool) -> str:
    """Return the query of what is stored: the charges, and a row of its own for each row's tax and credit.

    Such a row is numbered after the file's last row, so that rows keep one number each, and names the row
    that it was split from.
    """
    names = ", ".join(quoted_name(column.name) for column in COLUMNS)
    ((last,),) = table.fetch("SELECT coalesce(max(x_SourceRow), 0) FROM charges")
    rows = f"SELECT {names}, total FROM charges UNION ALL SELECT {names}, NULL FROM ({_tax_rows(last)})"  # noqa: S608
    if not has_credits:
        return rows
    return f"{rows} UNION ALL SELECT {names}, total FROM ({_credit_rows(last)})"  # noqa: S608


def _emptied(*others: str) -> str:
    names = (*_NOT_OF_TAX, *others)
    return ", ".join(f"CAST(NULL AS DECIMAL(38, 24)) AS {name}" for name in names)


def _tax_rows(last: object) -> str:
    return (
        f"SELECT * REPLACE ({_emptied('x_RebilledCost')}, tax AS BilledCost, tax AS EffectiveCost, "  # noqa: S608
        f"'{Category.TAX}' AS ChargeCategory, "
        f"false AS x_IsUnknownType, CAST(x_SourceRow AS VARCHAR) AS x_SplitFrom, "
        f"x_SourceRow + {last} AS x_SourceRow) "
        f"FROM charges WHERE tax IS NOT NULL AND tax <> 0"
    )


def _credit_rows(last: object) -> str:
    """Return the credits of the rows; a credit on a tax row lowers the tax."""
    kept = f"CASE WHEN ChargeCategory = '{Category.TAX}' THEN ChargeCategory ELSE '{Category.CREDIT}' END"
    return (
        f"SELECT * REPLACE ({_emptied()}, part_amount AS BilledCost, part_amount AS EffectiveCost, "  # noqa: S608
        f"part_customer AS x_RebilledCost, {kept} AS ChargeCategory, part_kind AS x_ChargeType, "
        "part_kind AS x_CreditType, coalesce(part_name, ChargeDescription) AS ChargeDescription, "
        "false AS x_IsUnknownType, CAST(x_SourceRow AS VARCHAR) AS x_SplitFrom, "
        f"x_SourceRow + {last} * (part_no + 1) AS x_SourceRow, part_amount AS total) "
        f"FROM charges JOIN {CREDIT_PARTS} ON part_cell = credits"
    )
