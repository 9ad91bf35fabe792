"""Every host asks the same functions: Python, Excel on Windows, hosts that speak JSON, the VBA wrappers."""

import json
import re
import subprocess
import sys
from typing import Any

import pytest
from billow_udfs.office_js import dispatch, metadata
from billow_udfs.plain import call
from billow_udfs.vba import MODULE, vba_module

from billow.functions import FUNCTIONS, OMITTED
from tests.functions.calls import CALLS, JUNE, WITH_DAYS


def test_every_function_that_needs_no_run_is_asked() -> None:
    assert {name for name, called in FUNCTIONS.items() if called.group != "Store"} <= {
        name for name, _, _ in CALLS
    }


@pytest.mark.parametrize(("name", "cells", "shown"), CALLS)
def test_python(name: str, cells: list[Any], shown: list[list[Any]]) -> None:
    single = len(shown) == len(shown[0]) == 1
    assert call(name, *cells) == (shown[0][0] if single else shown)


@pytest.mark.parametrize(("name", "cells", "shown"), CALLS)
def test_hosts_that_speak_json(name: str, cells: list[Any], shown: list[list[Any]]) -> None:
    def ranges(cell: Any) -> Any:
        if cell is OMITTED:
            return None
        rows = cell if isinstance(cell, list) else [[cell]]
        return [["" if each is None else each for each in row] for row in rows]

    message = json.loads(json.dumps({"function": name, "arguments": [ranges(cell) for cell in cells]}))
    assert json.loads(json.dumps(dispatch(message))) == {"result": shown}


def test_a_function_that_an_older_add_in_still_names() -> None:
    shown = [["#BILLOW: there is no such function; update the add-in."]]
    assert dispatch({"function": "BILLOW_GONE", "arguments": []}) == {"result": shown}


def test_the_metadata_is_what_the_functions_are() -> None:
    described = json.loads(json.dumps(metadata()))["functions"]
    assert [each["id"] for each in described] == list(FUNCTIONS)
    for each in described:
        arguments = FUNCTIONS[each["id"]].arguments
        assert [parameter["name"] for parameter in each["parameters"]] == [a.name for a in arguments]
        assert [parameter["optional"] for parameter in each["parameters"]] == [
            a.is_optional for a in arguments
        ]


def _as_excel_gives(cell: Any) -> Any:
    if cell is OMITTED:
        return "missing"
    return -2146826246 if cell == "#N/A" else cell  # the number of that error


def test_excel_on_windows() -> None:
    """Through xlwings' own Windows code, a process for all of it; dates come as Excel's dates."""
    days = ["BILLOW_PERIODS", [JUNE[0], JUNE[1], "monthly"]]
    without_days = [each for each in CALLS if each[0] not in WITH_DAYS]
    missing: list[Any] = [
        [name, [_as_excel_gives(cell) for cell in cells]] for name, cells, _ in without_days
    ]
    started = subprocess.run(
        [sys.executable, "-m", "tests.functions.windows_host"],
        input=json.dumps([*missing, days]),
        capture_output=True,
        text=True,
        check=True,
    )
    *shown, periods = json.loads(started.stdout)
    assert shown == [expected for _, _, expected in without_days]
    assert periods[1] == ["2026-06-14 00:00:00+00:00", "2026-06-30 00:00:00+00:00"]


def test_the_vba_module_wraps_every_function() -> None:
    text = vba_module()
    assert text.count("\r\n") == text.count("\n")
    assert max(map(len, text.splitlines())) <= 1023
    assert text.isascii()
    assert text.startswith(f'Attribute VB_Name = "{MODULE}"\r\nOption Explicit\r\n')
    wrapped = re.findall(
        r"Public Function (\w+)\((.*?)\) As Variant\r\n(.*?)End Function\r\n", text, re.DOTALL
    )
    assert [name for name, _, _ in wrapped] == list(FUNCTIONS)
    for name, declared, body in wrapped:
        arguments = FUNCTIONS[name].arguments
        assert re.findall(r"(Optional )?ByVal (\w+) As Variant", declared) == [
            ("Optional " if a.is_optional else "", a.name) for a in arguments
        ]
        assert f"Array({', '.join(a.name for a in arguments)})" in body
        assert f'"billow_udfs.com", "{name}"' in body
        assert declared.count("_\r\n") <= 24
