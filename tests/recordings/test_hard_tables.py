"""Tables as they arrive: re-saved, cut off, misencoded. Read exactly, or refused with line and remedy."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dwell.errors import BadTable
from dwell.recordings.columns import find_columns
from dwell.recordings.csv_table import CsvTable, Wanted, open_csv
from dwell.recordings.source import FileSource
from dwell.recordings.values import KINDS, Unreadable, exact_ns
from dwell.tables import GAZE

HEADER = "timestamp [ns],gaze x [px],gaze y [px],worn,fixation id\n"
ROW_1 = "1760676788219000001,10.5,20.25,1,\n"
ROW_2 = "1760676788224000003,11.5,,0,3\n"


def open_bytes(folder: Path, content: bytes, name: str = "gaze.csv") -> tuple[CsvTable, list[str]]:
    (folder / name).write_bytes(content)
    notes: list[str] = []
    return open_csv(FileSource(folder / name), name, "gaze", notes.append), notes


def read_bytes(folder: Path, content: bytes, name: str = "gaze.csv") -> pd.DataFrame:
    table, _ = open_bytes(folder, content, name)
    return table.read(find_columns(table, GAZE))


def refused(
    folder: Path, content: str | bytes, message: str, line: int | None, name: str = "gaze.csv"
) -> None:
    """The content is refused with a message that has these words, and with this line."""
    content = content.encode() if isinstance(content, str) else content
    with pytest.raises(BadTable, match=message) as caught:
        read_bytes(folder, content, name)
    assert caught.value.line == line
    assert caught.value.path == folder / name
    assert caught.value.stream == "gaze"
    assert str(caught.value).startswith(name if line is None else f"{name}, line {line}")


# ------------------------------------------------------------------ fine as they are


def test_a_plain_table(tmp_path: Path) -> None:
    gaze = read_bytes(tmp_path, (HEADER + ROW_1 + ROW_2).encode())
    assert gaze["timestamp [ns]"].tolist() == [1760676788219000001, 1760676788224000003]
    assert gaze["gaze x [px]"].tolist() == [10.5, 11.5]
    assert np.isnan(gaze["gaze y [px]"].iloc[1])
    assert gaze["worn"].tolist() == [True, False]
    assert gaze["fixation id"].isna().tolist() == [True, False]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda t: t.replace("\n", "\r\n"), id="windows_line_ends"),
        pytest.param(lambda t: t.replace("\n", "\r"), id="old_mac_line_ends"),
        pytest.param(lambda t: t[:-1], id="no_line_end_at_the_end"),
        pytest.param(lambda t: t.replace("\n", "\n\n"), id="blank_lines"),
        pytest.param(lambda t: "\n" + t, id="blank_first_line"),
        pytest.param(lambda t: t + "  \n", id="blank_last_line"),
        pytest.param(lambda t: t.replace(",", ", "), id="blanks_after_commas"),
        pytest.param(lambda t: "\ufeff" + t, id="byte_order_mark"),
        pytest.param(lambda t: t.replace("11.5,,", "11.5,NaN,"), id="nan_written_out"),
        pytest.param(lambda t: t.replace("10.5", '"10.5"'), id="quotes"),
        pytest.param(lambda t: t.replace(",3\n", ",3.0\n"), id="ids_as_floats"),
    ],
)
def test_harmless_ways_of_writing_the_same(tmp_path: Path, change: object) -> None:
    text = HEADER + ROW_1 + ROW_2
    plain = read_bytes(tmp_path, text.encode())
    pd.testing.assert_frame_equal(read_bytes(tmp_path, change(text).encode()), plain)  # type: ignore[operator]


@pytest.mark.parametrize(("separator", "word"), [(";", "semicolons"), ("\t", "tabs")])
def test_semicolons_and_tabs_are_read_with_a_note_where_there_is_no_comma(
    tmp_path: Path, separator: str, word: str
) -> None:
    text = HEADER + ROW_1 + ROW_2
    table, notes = open_bytes(tmp_path, text.replace(",", separator).encode())
    pd.testing.assert_frame_equal(table.read(find_columns(table, GAZE)), read_bytes(tmp_path, text.encode()))
    assert notes == [f"gaze.csv is separated by {word}, not commas; read as such."]


def test_header_only(tmp_path: Path) -> None:
    gaze = read_bytes(tmp_path, HEADER.encode())
    assert len(gaze) == 0
    assert gaze.dtypes.astype(str).tolist() == ["int64", "float64", "float64", "bool", "Int64"]


def test_text_that_looks_like_nothing_stays_text(tmp_path: Path) -> None:
    table, _ = open_bytes(tmp_path, b'name\nNA\nnull\n""\n"two\nlines"\n')
    assert table.read([Wanted("name", 0, "string")])["name"].tolist() == ["NA", "null", "", "two\nlines"]


def test_lines_are_counted_past_blank_lines_and_line_breaks_in_quotes(tmp_path: Path) -> None:
    table, _ = open_bytes(tmp_path, b'name,t\n\n"a\nb",1\nc,2\n\nd,3\n')
    assert [table.line_of(row) for row in range(3)] == [4, 5, 7]


# ------------------------------------------------------------------ damaged by a spreadsheet


@pytest.mark.parametrize(
    "damaged",
    ["1.76068E+18", "1.760676788219e+18", "1760676788219000064.0", "1760676788219000064.", "1,76068E+18"],
)
def test_float_damaged_nanoseconds(tmp_path: Path, damaged: str) -> None:
    row = ROW_2.replace("1760676788224000003", f'"{damaged}"' if "," in damaged else damaged)
    message = (
        rf"column 'timestamp \[ns\]': '{re.escape(damaged)}' is an integer that went through floating point, "
        r"which loses digits\. Download the recording again; a spreadsheet or script has re-saved this file\."
    )
    refused(tmp_path, HEADER + ROW_1 + row, message, line=3)


def test_german_excel_semicolons_and_decimal_commas(tmp_path: Path) -> None:
    rows = (ROW_1 + ROW_2).replace(",", ";").replace(".", ",")
    message = r"semicolons, and commas in the rows, perhaps as decimal points; expected commas .*Download"
    refused(tmp_path, HEADER.replace(",", ";") + rows, message, line=1)


def test_a_decimal_comma_in_quotes(tmp_path: Path) -> None:
    text = HEADER + ROW_1.replace("10.5", '"10,5"')
    refused(tmp_path, text, r"column 'gaze x \[px\]': '10,5' has a decimal comma; expected '\.'", line=2)


def test_utf_16_as_excel_saves_unicode_text(tmp_path: Path) -> None:
    refused(
        tmp_path, (HEADER + ROW_1).encode("utf-16"), r"it is UTF-16, expected UTF-8\. Download", line=None
    )


def test_utf_16_without_its_mark(tmp_path: Path) -> None:
    refused(tmp_path, (HEADER + ROW_1).encode("utf-16-le"), r"it is UTF-16, expected UTF-8", line=None)


def test_latin_1(tmp_path: Path) -> None:
    text = HEADER + ROW_1 + ROW_2.replace("3\n", "für\n")
    message = r"byte 0xfc is not UTF-8 \(Latin-1, perhaps\)\. .*save it as 'CSV UTF-8'"
    refused(tmp_path, text.encode("latin-1"), message, line=3)


# ------------------------------------------------------------------ damaged otherwise


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b"  \n"])
def test_empty_file(tmp_path: Path, content: bytes) -> None:
    refused(tmp_path, content, r"it is empty; expected a line of column names, then rows\. Copy", line=None)


def test_cut_off_in_the_middle_of_a_row(tmp_path: Path) -> None:
    text = HEADER + ROW_1 + "1760676788224000003,11.5"
    refused(
        tmp_path,
        text,
        r"2 fields where the header has 5; the file is cut off here\. Copy or download",
        line=3,
    )


def test_a_row_with_a_field_too_many(tmp_path: Path) -> None:
    text = HEADER + ROW_1 + ROW_2.replace("\n", ",\n")
    refused(tmp_path, text, r"6 fields where the header has 5; Download the recording again", line=3)


def test_every_row_with_a_field_too_many_is_not_shifted(tmp_path: Path) -> None:
    text = HEADER + (ROW_1 + ROW_2).replace("\n", ",\n")
    refused(tmp_path, text, r"6 fields where the header has 5", line=2)


def test_zero_bytes_where_the_copy_failed(tmp_path: Path) -> None:
    content = (HEADER + ROW_1 * 20).encode() + bytes(500)
    refused(tmp_path, content, r"zero bytes, so the copy is damaged\. Copy or download", line=22)


def test_nothing_but_zero_bytes(tmp_path: Path) -> None:
    refused(tmp_path, bytes(500), r"zero bytes, so the copy is damaged", line=1)


def test_no_header(tmp_path: Path) -> None:
    message = r"no column names but '1760676788219000001,10\.5,20\.25,1,'; add a line with the names"
    refused(tmp_path, ROW_1 + ROW_2, message, line=1)


def test_a_required_column_is_missing(tmp_path: Path) -> None:
    text = HEADER.replace("gaze x [px]", "gaze x [normalized]") + ROW_1
    message = (
        r"no column 'gaze x \[px\]'; the columns are 'timestamp \[ns\]', 'gaze x \[normalized\]', .*"
        r"The nearest is 'gaze (x \[normalized\]|y \[px\])'\. Download the recording again, or rename"
    )
    refused(tmp_path, text, message, line=1)


def test_another_unit_is_another_column(tmp_path: Path) -> None:
    text = (HEADER + ROW_1).replace("timestamp [ns]", "timestamp [ms]")
    refused(tmp_path, text, r"no column 'timestamp \[ns\]'.* The nearest is 'timestamp \[ms\]'\.", line=1)


def test_a_column_that_is_there_twice(tmp_path: Path) -> None:
    text = HEADER.replace("worn", "Gaze X [px]").replace("gaze x [px]", "gaze  x [px]") + ROW_1
    refused(tmp_path, text, r"2 columns could be 'gaze x \[px\]': .* Delete or rename all but one", line=1)


def test_an_empty_timestamp(tmp_path: Path) -> None:
    text = HEADER + ROW_1 + ROW_2.replace("1760676788224000003", "")
    refused(
        tmp_path,
        text,
        r"column 'timestamp \[ns\]': '' is empty where a whole number is needed\. Delete",
        line=3,
    )


def test_a_word_where_a_number_should_be(tmp_path: Path) -> None:
    refused(
        tmp_path,
        HEADER + ROW_1.replace("10.5", "left"),
        r"column 'gaze x \[px\]': 'left' is no number",
        line=2,
    )


def test_a_timestamp_beyond_64_bits(tmp_path: Path) -> None:
    text = HEADER + ROW_1.replace("1760676788219000001", "17606767882190000010")
    refused(tmp_path, text, r"'17606767882190000010' does not fit into 64 bits\. Check which unit", line=2)


@pytest.mark.parametrize("value", ["2", "yes", "0.5", ""])
def test_worn_that_is_neither_true_nor_false(tmp_path: Path, value: str) -> None:
    text = HEADER + ROW_1 + ROW_2.replace(",0,3", f",{value},3")
    refused(tmp_path, text, rf"column 'worn': '{value}' is neither true nor false; expected 0 or 1", line=3)


@pytest.mark.parametrize("value", ["1.5", "first", "inf", "1e300"])
def test_an_id_that_is_none(tmp_path: Path, value: str) -> None:
    text = HEADER + ROW_1 + ROW_2.replace(",3\n", f",{value}\n")
    refused(tmp_path, text, rf"column 'fixation id': '{value}' is no id; expected a whole number", line=3)


def test_the_line_is_right_after_blank_lines(tmp_path: Path) -> None:
    text = HEADER + "\n\n" + ROW_1 + "\n" + ROW_2.replace("11.5", "?")
    refused(tmp_path, text, r"column 'gaze x \[px\]': '\?' is no number", line=6)


def test_a_file_that_is_no_table_at_all(tmp_path: Path) -> None:
    refused(tmp_path, b"PK\x03\x04\x80\x81\x82", r"is not UTF-8", line=1)


@given(st.binary(max_size=40), st.integers(0, 150), st.integers(0, 40))
def test_whatever_happens_to_a_file_it_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, junk: bytes, at: int, cut: int
) -> None:
    text = (HEADER + ROW_1 + ROW_2 + ROW_2).encode()
    damaged = text[:at] + junk + text[at + cut :]
    try:
        gaze = read_bytes(tmp_path_factory.getbasetemp(), damaged, "fuzz.csv")
    except BadTable as error:
        assert "fuzz.csv" in str(error)  # noqa: PT017
    else:
        assert gaze["timestamp [ns]"].dtype == "int64"


# ------------------------------------------------------------------ both ways of reading agree


SAMPLES = {
    "int64": ["0", "-5", "+7", "1760676788219000001", "9223372036854775807", "-9223372036854775808", "007"],
    "Int64": ["", "1", "3.0", "NaN", "9007199254740991", "-2"],
    "float64": ["", "nan", "1", "-0.125", "1e-3", "812.731", "1E5", ".5", "NA", "0.1", "123456789.123456789"],
    "bool": ["0", "1", "1.0", "255", "TRUE", "False", "0.0"],
    "string": ["", "NA", "nan", "a b", "7", "ü", '"']
}  # fmt: skip


@pytest.mark.parametrize("kind", SAMPLES)
def test_reading_columns_and_reading_rows_give_the_same(tmp_path: Path, kind: str) -> None:
    quoted = ['"' + value.replace('"', '""') + '"' for value in SAMPLES[kind]]
    table, _ = open_bytes(tmp_path, ("a,b\n" + "".join(f"x,{value}\n" for value in quoted)).encode())
    wanted = [Wanted("b", 1, kind)]
    fast, slow = pd.DataFrame(table._read_columns(wanted)), pd.DataFrame(table._read_rows(wanted))
    pd.testing.assert_frame_equal(fast, slow)
    assert fast["b"].dtype == KINDS[kind].dtype


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_positions_are_read_to_the_last_digit(value: float) -> None:
    column = pd.Series([repr(value)]).astype("float64")
    assert column.iloc[0] == KINDS["float64"].value(repr(value)) == value


# ------------------------------------------------------------------ times


@pytest.mark.parametrize(
    ("text", "unit", "ns"),
    [
        ("1760676788.219000123", "s", 1760676788219000123),
        ("1760676788219.000123", "ms", 1760676788219000123),
        ("1760676788219000.123", "us", 1760676788219000123),
        ("1760676788219000123", "ns", 1760676788219000123),
        ("0", "s", 0),
        ("-0.5", "s", -500_000_000),
        ("12.", "ms", 12_000_000),
        (".25", "s", 250_000_000),
        ("1e-05", "s", 10_000),
        ("0.0000000015", "s", 2),
        ("0.0000000025", "s", 2),
    ],
)
def test_decimal_times_become_exact_nanoseconds(text: str, unit: str, ns: int) -> None:
    assert exact_ns(text, unit) == ns


@given(st.integers(-(2**63), 2**63 - 1), st.sampled_from(["us", "ms", "s"]))
def test_any_nanosecond_survives_any_unit(ns: int, unit: str) -> None:
    power = {"us": 3, "ms": 6, "s": 9}[unit]
    sign, digits = ("-" if ns < 0 else ""), str(abs(ns)).rjust(power + 1, "0")
    assert exact_ns(f"{sign}{digits[:-power]}.{digits[-power:]}", unit) == ns


@pytest.mark.parametrize("text", ["1.76068E+12", "1.76E+5", "2E3"])
def test_times_with_lost_digits_are_refused(text: str) -> None:
    with pytest.raises(Unreadable, match="went through floating point, which loses digits"):
        exact_ns(text, "ms")


@pytest.mark.parametrize("text", ["", "now", "nan", "inf", "1_0", "12:30:01"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        exact_ns(text, "s")
