"""The mistakes, one row each: what is done, and the code, sentence, place and hint that the clerk reads.

>>> IN_THE_SHEETS["an exchange rate of nothing"][1:4]
('INP-012', 'An exchange rate of 0 cannot be.', 'sheet FX, row 5, column Rate')
"""

from datetime import date
from decimal import Decimal

from tests.commands import mistakes as m
from tests.commands.clerk import MONTH

Row = tuple[m.Make, str, str, str, str]

PREMIUM = {"Product": "M365-BP", "Plan": None, "Billing": None, "Term": None}
FIRST = {"Customer": "C-1001"}
SERVERS = {"Account": "sky-7001"}
FOCUS, CUR = "skyline_focus_2026-06.csv", "aws_cur2_2026-06.csv.gz"
LICENCES, BRIGHT = "microsoft_invoice_2026-06.csv", "brightcloud_2026-06.xlsx"
TWIN = {"Subscription": "SUP-1001", "Customer": "C-1002", "Product": "SUPPORT", "Start": date(2026, 1, 1)}
OWNER = {"Vendor": "AWS", "Account": "100200300405", "Customer": "C-1001", "Valid from": date(2026, 6, 1)}
TIE = {"Scope": "everyone", "Applies to": "vendor", "Product": "AWS", "Model": "markup", "Price or %": 9}
JOINER = {"Subscription": "S-77", "Customer": "C-1002", "Product": "M365-BP", "Start": date(2026, 6, 15)}

# sentence: what is done, code, what it says, where (after the workbook's name), words of the hint
IN_THE_SHEETS: dict[str, Row] = {
    "a word where a price belongs": (
        m.price(PREMIUM, figure="twelve"),
        "WBK-007", '"twelve" in column Price or % is not a number.',
        "sheet Prices, row 9, column Price or %", "Type it again as a number",
    ),
    "a date in words": (
        m.cell("tblAccounts", SERVERS, Valid_from="last May"),
        "WBK-009", '"last May" in column Valid from is not a date.',
        "sheet Accounts, row 36, column Valid from", "for example 2026-06-30",
    ),
    "half a day of payment term": (
        m.cell("tblCustomers", FIRST, Payment_days=Decimal("30.5")),
        "WBK-008", '"30.5" in column Payment days is not a whole number.',
        "sheet Customers, row 5, column Payment days", "Type a whole number",
    ),
    "a model that nobody offers": (
        m.price(PREMIUM, Model="mark-up"),
        "WBK-010", '"mark-up" in column Model is not in its list.',
        "sheet Prices, row 9, column Model", 'Is "markup" meant?',
    ),
    "an account of a customer that is not there": (
        m.cell("tblAccounts", SERVERS, Customer="C-1099"),
        "WBK-010", '"C-1099" in column Customer is not in its list.',
        "sheet Accounts, row 36, column Customer", "Add it to column Customer of sheet Customers",
    ),
    "an article of a product that is not there": (
        m.cell("tblSkuRules", {"SKU": "Object Storage"}, Product="SKY-STORAGE"),
        "WBK-010", '"SKY-STORAGE" in column Product is not in its list.',
        "sheet SKU rules, row 23, column Product", 'Is "SKY-STORE" meant?',
    ),
    "a VAT rule with a code that is not there": (
        m.cell("tblVatRules", {"Country": "NL"}, VAT_code="S19"),
        "WBK-010", '"S19" in column VAT code is not in its list.',
        "sheet VAT rules, row 5, column VAT code", "column Code of sheet VAT",
    ),
    "a customer without a name": (
        m.cell("tblCustomers", FIRST, Name=None),
        "WBK-006", "Column Name is blank and must be filled in.",
        "sheet Customers, row 5, column Name", "Legal name",
    ),
    "the same subscription twice": (
        m.row("tblSubscriptions", {**TWIN, "Billed by": "contract"}),
        "WBK-018", '"SUP-1001" stands twice in sheet Subscriptions: in rows 5 and 15.',
        "sheet Subscriptions, row 15, column Subscription", "Keep one of the two rows",
    ),
    "the same customer number twice": (
        m.row("tblCustomers", {"Customer": "C-1001", "Name": "Another B.V.", "Country": "NL"}),
        "WBK-018", '"C-1001" stands twice in sheet Customers: in rows 5 and 30.',
        "sheet Customers, row 30, column Customer", "Keep one of the two rows",
    ),
    "a VAT rate of 150 %": (
        m.cell("tblVat", {"Code": "S21"}, Rate=Decimal(150)),
        "INP-014", "A VAT rate of 150 % cannot be.",
        "sheet VAT, row 5, column Rate", "21 is 21 %",
    ),
    "a payment term of a lifetime": (
        m.cell("tblCustomers", FIRST, Payment_days=99999),
        "INP-015", "99999 days to pay cannot be.",
        "sheet Customers, row 5, column Payment days", "such as 30",
    ),
    "a price below zero": (
        m.price(PREMIUM, figure=Decimal(-5)),
        "INP-016", "A price of -5 is below zero.",
        "sheet Prices, row 9, column Price or %", "a credit is a row on sheet Adjustments",
    ),
    "a figure beyond all money": (
        m.price(PREMIUM, figure=Decimal("1e30")),
        "WBK-007", '"1000000000000000000000000000000" in column Price or % is not a number.',
        "sheet Prices, row 9, column Price or %", "Type it again as a number",
    ),
    "an account of two customers on the same days": (
        m.row("tblAccounts", OWNER),
        "INP-011", "Account 100200300405 of AWS belongs to C-1024 and to C-1001 on the same days.",
        "sheet Accounts, row 53, column Valid from", "End the earlier row with Valid through",
    ),
    "a price without a currency": (
        m.price(PREMIUM, Currency=None),
        "INP-002", "A per_unit price has no currency.", "sheet Prices, row 9, column Currency", "currency",
    ),
    "a price without a figure": (
        m.price(PREMIUM, figure=None),
        "INP-004", "A per_unit price has no figure.", "sheet Prices, row 9, column Price or %", "price",
    ),
    "a graduated price whose tiers are not there": (
        m.price({"Product": "BC-STORE"}, Tier_set="backup-tb"),
        "INP-003", 'The tier set of a graduated price is "backup-tb".',
        "sheet Prices, row 43, column Tier set", "Add its steps on sheet Tiers",
    ),
    "tiers that are open twice": (
        m.cell("tblTiers", {"Up to": Decimal(2000)}, Up_to=None),
        "INP-008", 'Tier set "backup-gb" has 2 open steps.',
        "sheet Tiers, row 7, column Up to", "Leave Up to blank in exactly one row",
    ),
    "a margin of 100 %": (
        m.price({"Product": "AWS", "Scope": "everyone"}, figure=100),
        "INP-005", "A margin of 100 % has no price.",
        "sheet Prices, row 35, column Price or %", "stays below 100",
    ),
    "a price for one customer that names none": (
        m.price({"Who": "C-1024"}, Who=None),
        "INP-006", "A price for one customer does not say which.",
        "sheet Prices, row 37, column Who", "Name the customer in column Who",
    ),
    "a price that ends before it begins": (
        m.price(PREMIUM, Valid_through=date(2023, 12, 31)),
        "INP-007", "Valid through 2023-12-31 lies before Valid from 2024-01-01.",
        "sheet Prices, row 9, column Valid through", "Swap or correct the two dates",
    ),
    "a currency of four letters": (
        m.cell("tblCustomers", FIRST, Currency="EURO"),
        "INP-001", '"EURO" is not a currency.', "sheet Customers, row 5, column Currency", "such as EUR",
    ),
    "a country in words": (
        m.cell("tblCustomers", FIRST, Country="Holland"),
        "INP-009", '"Holland" is not a country.', "sheet Customers, row 5, column Country", "such as NL",
    ),
    "a VAT number with a wrong digit": (
        m.cell("tblCustomers", FIRST, VAT_no="NL000000100B47"),
        "INP-010", '"NL000000100B47" is not a VAT number of NL.',
        "sheet Customers, row 5, column VAT no", "Check it with the customer",
    ),
    "an exchange rate of nothing": (
        m.cell("tblFx", {"Currency from": "USD"}, Rate=0),
        "INP-012", "An exchange rate of 0 cannot be.", "sheet FX, row 5, column Rate", "is worth",
    ),
    "an IBAN with a wrong digit": (
        m.setting("iban", "NL91ABNA0417164301"),
        "SET-004", '"NL91ABNA0417164301" is not a valid IBAN.',
        "sheet Settings, row 12, column Value", "Check each digit",
    ),
    "a setting with its unit": (
        m.setting("payment_days", "30 days"),
        "SET-002", '"30 days" is not a number for the setting Payment days.',
        "sheet Settings, row 19, column Value", "no unit",
    ),
    "an engine that nobody knows": (
        m.setting("charge_engine", "oracle://clerk@host/billing"),
        "SET-005", "The setting Charge engine is not the address of an engine, or holds a password.",
        "sheet Settings, row 29, column Value", "trino://",
    ),
    "a password in the address of an engine": (
        m.setting("charge_engine", "trino://clerk:hunter2@host:8443/lake"),
        "SET-005", "The setting Charge engine is not the address of an engine, or holds a password.",
        "sheet Settings, row 29, column Value", "BILLOW_ENGINE_PASSWORD",
    ),
    "a setting that is not a choice": (
        m.setting("proration", "daily"),
        "SET-003", '"daily" is not a choice for the setting Proration.',
        "sheet Settings, row 20, column Value", "calendar_days",
    ),
    "a city for a time zone": (
        m.cell("tblCustomers", FIRST, Time_zone="Amsterdam"),
        "INP-030", '"Amsterdam" is not a time zone.',
        "sheet Customers, row 5, column Time zone", "such as Europe/Amsterdam",
    ),
    "a time zone of letters in the settings": (
        m.setting("time_zone", "CEST"),
        "SET-003", '"CEST" is not a time zone for the setting Time zone.',
        "sheet Settings, row 28, column Value", "such as Europe/Amsterdam",
    ),
    "a formula that was never calculated": (
        m.raw_cell("tblPrices", "Price or %", 9, "<f>18*1.2</f>"),
        "WBK-012", "The formula in column Price or % has no stored value.",
        "sheet Prices, row 9, column Price or %", "Open the workbook in Excel and save it once",
    ),
    "a decision that is not a choice": (
        m.typed_decision(Decision="ok"),
        "WBK-010", '"ok" in column Decision is not in its list.',
        "sheet To do, row 5, column Decision", "accept",
    ),
    "a transform that is not there": (
        m.mapped("BilledCost", Transform="double"),
        "IMP-021", 'There is no transform "double".', "sheet Report mapping, row 23", "Known are: case,",
    ),
    "a target that is not there": (
        m.mapped("BilledCost", Target="Costs"),
        "IMP-022", 'There is no column to fill "Costs".', "sheet Report mapping, row 23", "Did you mean",
    ),
}  # fmt: skip

THE_FILE_ITSELF: dict[str, Row] = {
    "a column that somebody renamed": (
        m.renamed_column,
        "WBK-005", "Sheet Customers has no column VAT no.",
        "Billing.xlsx, sheet Customers, row 4, column VAT no", 'Rename the header "VAT nr" back to "VAT no"',
    ),
    "a table that is no longer there": (
        m.lost_table,
        "WBK-004", "The table tblTiers of sheet Tiers is missing.", "Billing.xlsx, sheet Tiers", "Restore",
    ),
    "a text file called workbook": (
        m.not_a_workbook,
        "WBK-001", 'The file "notes.xlsx" is damaged or not an Excel workbook.', "notes.xlsx", "save it as",
    ),
    "a workbook of another kind": (
        m.a_workbook_of_another_kind,
        "WBK-003", 'The workbook "other.xlsx" is not a Billow workbook.', "other.xlsx", "billow new",
    ),
    "the workbook is open in Excel": (
        m.open_in_excel,
        "WBK-016", 'The workbook "Billing.xlsx" is open in Excel.', "Billing.xlsx", "Close the workbook",
    ),
    "the register is gone": (
        m.register_gone,
        "REG-002", "The register register.sqlite is missing.", "register.sqlite", "the data folder",
    ),
    "the list of orders was cut off": (
        m.damaged("orders.json", '{"orders": [{"vendor": "Sky'),
        "CMD-017", "orders.json, which Billow keeps beside the workbook, is damaged.", "orders.json",
        "Put orders.json back from a backup of folder Billing.data.",
    ),
    "an order whose quantity is no number": (
        m.damaged(
            "orders.json",
            '{"orders": [{"vendor": "S", "account": "a", "subscription": "s", "kind": "add", '
            '"quantity": "many"}]}',
        ),
        "CMD-017", "orders.json, which Billow keeps beside the workbook, is damaged.",
        "orders.json", "backup",
    ),
    "the marks of the drafts are empty": (
        m.damaged("drafts/2026-06.json", "", m.issue),
        "CMD-017", "2026-06.json, which Billow keeps beside the workbook, is damaged.", "2026-06.json",
        "a backup of folder drafts",
    ),
    "what was postponed is no list": (
        m.damaged("postponed/2026-05.json", '{"charge": 1}'),
        "CMD-017", "2026-05.json, which Billow keeps beside the workbook, is damaged.", "2026-05.json",
        "a backup of folder postponed",
    ),
    "what was decided has no reason": (
        m.damaged("decisions/2026-06.json", '[{"key": "k", "decision": "postpone"}]'), "CMD-017",
        "2026-06.json, which Billow keeps beside", "2026-06.json", "a backup of folder decisions",
    ),
    "the commitments are another program's": (
        m.damaged("commitments.json", "[]"),
        "CMD-017", "commitments.json, which Billow keeps beside the workbook, is damaged.",
        "commitments.json", "a backup",
    ),
    "a copy of the workbook beside another register": (
        m.copied_with_its_data,
        "REG-003", "The register belongs to another workbook.", "register.sqlite", "cannot issue",
    ),
    "a copy of the workbook alone": (
        m.copied_alone,
        "REG-002", "The register register.sqlite is missing.", "register.sqlite", "data folder",
    ),
}  # fmt: skip

IN_A_REPORT: dict[str, Row] = {
    "a report of another month": (
        m.report(FOCUS, bytes, "", "--period", "2026-07"),
        "IMP-014", f"{FOCUS} is of 2026-06, not of 2026-07.", FOCUS, "Choose the report of the month",
    ),
    "a report that was cut off": (
        m.report(LICENCES, lambda data: data[: len(data) // 2 - 20]),
        "IMP-002", f"{LICENCES} is damaged or cut off at line 71: it has 27 fields instead of 47.",
        f"{LICENCES}, row 71", "Download the file again",
    ),
    "half a gz file": (
        m.report(CUR, lambda data: data[: len(data) // 2]),
        "IMP-001", f"The file {CUR} cannot be opened: it is cut off or damaged.", CUR, "Download it again",
    ),
    "a gz file with changed bytes": (
        m.report(CUR, lambda data: data[:300] + b"xxxxxxxx" + data[308:]),
        "IMP-001", f"The file {CUR} cannot be opened: it is cut off or damaged.", CUR, "Download it again",
    ),
    "half an xlsx file": (
        m.report(BRIGHT, lambda data: data[: len(data) // 2]),
        "IMP-001", f"The file {BRIGHT} cannot be opened: it is cut off or damaged.", BRIGHT, "Download",
    ),
    "a report without its column of costs": (
        m.report(FOCUS, m.text("BilledCost", "BiledCost", 1)),
        "IMP-003", f"{FOCUS} is a report of no known format.", FOCUS, '"focus" misses BilledCost',
    ),
    "a file that is no report": (
        m.report(FOCUS, lambda _: b"a;b;c\n1;2;3\n", "book.csv"),
        "IMP-003", "book.csv is a report of no known format.", "book.csv", "Report formats",
    ),
    "bytes that are no text": (
        m.report(FOCUS, lambda _: bytes(range(256)) * 20),
        "IMP-003", f"{FOCUS} is a report of no known format.", FOCUS, "billow formats map",
    ),
    "a file that is not there": (
        lambda workbook: ("import", workbook, workbook.with_name("nowhere.csv")),
        "IMP-001", "There is no file nowhere.csv.", "nowhere.csv", "Check the folder",
    ),
    "a source that is not there": (
        m.moved_source,
        "CMD-003", 'No report lies at "reports/2026-07/brightcloud.xlsx".',
        "Billing.xlsx, sheet Report sources, row 9, column Path", "Correct the path",
    ),
    "an amount in words": (
        m.report(FOCUS, m.text(",148.20,", ",a lot,", 1)),
        "IMP-008", '"a lot" is not an amount.', f"{FOCUS}, row 160, column BilledCost", "Correct the cell",
    ),
    "charges that do not come to the total": (
        m.mapped("BilledCost", Source="Einzelpreis"),
        "IMP-013", f"The charges of {BRIGHT} sum to 357.812 EUR, its total column to 3164.64 EUR.", BRIGHT,
        "Compare the source of BilledCost",
    ),
}  # fmt: skip

HELD_UP: dict[str, Row] = {
    "an account that nobody knows": (
        m.held_up(m.without("tblAccounts", {"Account": "sky-7002"})),
        "RAT-001",
        "32 rows (278.17 EUR) of Skyline Hosting wait: unknown account, sky-7002 (Tulpveld Winkels B.V.).",
        "sheet To do", "Add the account on sheet Accounts",
    ),
    "a kind of charge that nobody knows": (
        m.unheard_of_charge,
        "RAT-001", '1 row (-7.77 USD) of AWS wait: unknown charge type, charge type "Donation".',
        "sheet To do", 'Add "Donation" on sheet Charge policy',
    ),
    "an article that nobody knows": (
        m.held_up(m.without("tblSkuRules", {"SKU": "BC-BKP-GB"})),
        "RAT-001",
        "1 row (123.4 EUR) of BrightCloud wait: unknown product, BC-BKP-GB (Speicherplatz Datensicherung).",
        "sheet To do", 'Add a row on sheet SKU rules for "BC-BKP-GB" of BrightCloud',
    ),
    "no price at all": (
        m.held_up(m.without("tblPrices", {"Product": "MP-MAILGUARD"})),
        "PRC-001", "There is no price for product MP-MAILGUARD (customer C-1013) on 2026-06-01.",
        "sheet Prices", "Add a row on sheet Prices for product MP-MAILGUARD",
    ),
    "a price list with a gap": (
        m.held_up(m.price({"Product": "BC-BACKUP", "Valid through": None}, Valid_from=date(2026, 7, 1))),
        "PRC-002", "The prices for product BC-BACKUP (customer C-1001) leave a gap on 2026-06-01.",
        "Billing.xlsx, sheet Prices, row 41", "Change Valid from or Valid through",
    ),
    "two prices that are equally specific": (
        m.held_up(m.row("tblPrices", {**TIE, "Base": "billed"})),
        "PRC-003",
        "Two prices for product AWS-COMPUTE (customer C-1008) are equally specific: rows 35 and 55.",
        "Billing.xlsx, sheet Prices, row 35", "Make one of them more specific",
    ),
    "percent off a list price that the report does not give": (
        m.held_up(m.price({"Product": "AWS-STORAGE"}, Model="percent_off_list", figure=5)),
        "PRC-004",
        (
            '"Refund for overcharge in May" of customer C-1008 has a cost of -7.77 USD but no list amount to '
            "start from."
        ),
        "Billing.xlsx, sheet Prices, row 36", "Give the product a price of another model",
    ),
    "a price per month for pay-per-use": (
        m.held_up(m.price({"Product": "AWS-STORAGE"}, Model="per_unit", figure=5, Currency="EUR")),
        "PRC-006",
        (
            '"$0.0245 per GB - first 50 TB / month of storage used" of customer C-1008 is pay-per-use, but '
            "its price is per month."
        ),
        "Billing.xlsx, sheet Prices, row 36", "Set column Per to unit",
    ),
    "a contract with a price on cost": (
        m.held_up(m.price({"Product": "SUPPORT"}, Model="markup", figure=5)),
        "PRC-007",
        "Contract SUP-1003 of customer C-1003 has no vendor's cost to start from, but its price is markup.",
        "Billing.xlsx, sheet Subscriptions, row 6", "Fill in Agreed price",
    ),
    "a subscription that no report bills": (
        m.held_up(m.row("tblSubscriptions", {**JOINER, "Billed by": "vendor"})),
        "RAT-003", "Subscription S-77 of customer C-1002 has no line in 2026-06.",
        "sheet To do", "Import the report that bills it",
    ),
    "dollars without an exchange rate": (
        m.held_up(m.no_exchange_rates),
        "FX-001", "There is no exchange rate from USD to EUR on 2026-06-30.",
        "sheet FX", "Add a row on sheet FX: USD, EUR, 2026-06-30",
    ),
    "a customer that no VAT rule fits": (
        m.held_up(m.without("tblVatRules", {"Country": "*"})),
        "VAT-001", "No VAT rule fits customer C-1023 (country CH, with VAT number) for class services.",
        "sheet VAT rules", "Add a row on sheet VAT rules",
    ),
    "a vendor's invoice that differs, and no reason": (
        m.held_up(m.cell("tblVendorInvoices", {"Vendor": "AWS"}, Reason=None)),
        "CHK-003", "The invoice of AWS says 2652.14, its reports say 2652.1652904582.",
        "Billing.xlsx, sheet Vendor invoices, row 6, column Reason", "write why in column Reason",
    ),
    "no company to invoice from": (
        m.held_up(m.setting("company", "")),
        "SET-001", "The setting Company is empty.",
        "Billing.xlsx, sheet Settings, row 5, column Value", "drafts can be made without it",
    ),
    "a decision without a reason": (
        m.held_up(m.typed_decision(Reason=None)),
        "RAT-005",
        (
            '"accept" for azure plan of Müllerbach & Söhne KG on invoice G048112606: daily usage 865.69, '
            "monthly lines 870.06 has no reason."
        ),
        "sheet To do, column Reason", "Write why in column Reason",
    ),
    "a large exclusion that nobody signed for": (
        m.unsigned_exclusion,
        "RAT-004",
        (
            "10753.06 EUR (9b89ef70-d530-5d1d-aa0f-6cc3e7d7281f (Hafenblick Spedition GmbH)) is excluded, "
            "above the limit of 500 EUR, and nobody signed for it."
        ),
        "sheet To do, column Decided by", "A second person fills in Decided by",
    ),
    "a price that changed after the drafts": (
        m.price_after_drafts,
        "CMD-009", "The invoice of customer C-1003 is not the draft that was generated last.",
        "sheet Invoices", "Run invoice again, look at the drafts",
    ),
    "nobody wrote a reason": (
        m.command("issue", "--period", MONTH),
        "MOV-001",
        (
            "Customer C-1009 (Zilvermeeuw Media B.V.) needs a reason before its invoice is issued: new: no "
            "earlier invoice, line of zero: Microsoft 365 proefperiode."
        ),
        "sheet Movement, column Reason", "write your reason in column Reason",
    ),
}  # fmt: skip

ON_THE_COMMAND_LINE: dict[str, Row] = {
    "an invoice date before the month": (
        m.command("issue", "--period", MONTH, "--reason", "x", "--date", "2019-07-08"),
        "CMD-014", "The invoice date 2019-07-08 lies before 2026-06, the month that is billed.",
        "", "Give the day on which you issue",
    ),
    "a month in words": (
        m.command("invoice", "--period", "June"), "CMD-001", '"June" is not a month.', "", "such as 2026-06",
    ),
    "a thirteenth month": (
        m.command("check", "--period", "2026-13"), "CMD-001", '"2026-13" is not a month.', "", "such as",
    ),
    "a month with nothing in it": (
        m.command("invoice", "--period", "2019-03"),
        "CMD-005", "There is nothing to invoice in 2019-03.", "", "Import the reports of the month first",
    ),
    "a customer that has no invoice": (
        m.command("invoice", "--period", MONTH, "--customer", "C-9"),
        "CMD-006", "Customer C-9 has no invoice in 2026-06.", "", "sheet Customers",
    ),
    "export before issue": (
        m.export(), "CMD-010", "No invoice of 2026-06 is issued, so there is nothing to hand over.", "",
        "Issue the invoices first",
    ),
    "a target that is not there": (
        m.export("exact"), "EXP-001", 'There is no target "exact".', "", "journal-csv, hledger",
    ),
    "a new workbook in the place of an old one": (
        m.command("new"), "CMD-012", "Billing.xlsx already exists.", "", "never overwritten",
    ),
    "a new workbook that is not called .xlsx": (
        lambda workbook: ("new", workbook.with_name("other.ods")),
        "CMD-012", '"other.ods" is not the name of a workbook.', "", "end in .xlsx",
    ),
    "charges into a PDF": (
        m.converted(".pdf"), "CMD-013", '"charges.pdf" is neither .csv nor .parquet.', "", ".csv or .parquet",
    ),
}  # fmt: skip

AFTER_ISSUING: dict[str, Row] = {
    "issue twice": (
        m.issue, "CMD-008", "Everything chosen is already issued in 2026-06.", "sheet Invoices", "Export it",
    ),
    "hand over twice": (
        m.export(), "CMD-011", "The invoices of 2026-06 were already handed over to hledger.",
        "sheet Handover log", "add --again",
    ),
    "a ledger without an account for the revenue": (
        m.ledger_without_licences,
        "JRN-001",
        'No row of sheet Ledger fits revenue group "licences", customer group "" and VAT code "S21".',
        "sheet Ledger", "Add a row for it",
    ),
}  # fmt: skip
