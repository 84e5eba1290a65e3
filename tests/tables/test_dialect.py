from __future__ import annotations

import pytest

from simon_elmo.tables.dialect import Dialect, detect_dialect


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b\n1,2\n", ","),
        ("a;b\n1,5;2,5\n", ";"),
        ("a\tb\n1\t2\n", "\t"),
        ("a|b\n1,0|2\n", "|"),
        ("a:b\nx:y\n", ":"),
        ("a,b", ","),
        ("when,what\n10:30:00,x\n10:31:00,y\n", ","),
        ("id,tags\n1,a;b\n2,c;d\n", ","),
        ("id;text\n1;one, two\n2;three\n", ";"),
        ('a,b\n"x;y;z",2\n"u\nv;w",3\n', ","),
        ("a,b,c\n1,2\n1,2,3,4\n1,2,3\n", ","),
        ("Report of 2020\n\na,b,c\n" + "1,2,3\n" * 9, ","),
        ("a,b\r1,2\r", ","),
    ],
)
def test_delimiters(text, delimiter):
    assert detect_dialect(text, True, ".csv", None) == Dialect(delimiter)


@pytest.mark.parametrize(
    "text",
    [
        "name\nSmith, John\nDoe, Jane\n",
        "time\n10:30:00\n10:31:00\n",
        "word\none\ntwo\n",
        "url\nhttp://a.org\nhttp://b.org\n",
        "word",
        "",
    ],
)
def test_a_file_of_one_column_is_not_split(text):
    rows = list(detect_dialect(text, True, ".csv", None).rows(text.splitlines(keepends=True)))
    assert rows == [[line] for line in text.splitlines()]


def test_the_ending_of_the_file_prefers_tabs():
    assert detect_dialect("a,b\tc,d\n1,2\t3,4\n", True, ".tsv", None).delimiter == "\t"


def test_a_given_delimiter_is_used():
    assert detect_dialect("a,b;c\n1,2;3\n", True, ".csv", ";").delimiter == ";"


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a,b\n'x,y','2'\n", [["a", "b"], ["x,y", "2"]]),
        ("'a','b'\n'x','2'\n", [["a", "b"], ["x", "2"]]),
        ('a, b\n1, "x, y"\n', [["a", "b"], ["1", "x, y"]]),
        ('a,b\n"x \\"q\\", y",2\n"c:\\new",3\n', [["a", "b"], ['x "q", y', "2"], ["c:\\new", "3"]]),
        ('a,b\n5" pipe,2\n6" pipe,3\n', [["a", "b"], ['5" pipe', "2"], ['6" pipe', "3"]]),
        ('a,b\n"say ""hi""",2\n', [["a", "b"], ['say "hi"', "2"]]),
        ("a,b\nit's,that's\n", [["a", "b"], ["it's", "that's"]]),
        ('a,b\n"c:\\dir\\",2\n"d:\\x\\",3\n', [["a", "b"], ["c:\\dir\\", "2"], ["d:\\x\\", "3"]]),
    ],
)
def test_quoting(text, rows):
    assert list(detect_dialect(text, True, ".csv", None).rows(text.splitlines(keepends=True))) == rows


def test_a_quote_that_is_never_closed_does_not_swallow_the_file():
    text = "a\tb\n" + '"x\ty\n' + "u\tv\n" * 150
    rows = list(detect_dialect(text, True, ".tsv", None).rows(text.splitlines(keepends=True)))
    assert len(rows) == 152
    assert rows[1] == ['"x', "y"]


def test_long_quoted_texts_stay_whole():
    mail = "dear all,\n" * 120
    text = "id,mail\n" + "".join(f'{number},"{mail}"\n' for number in range(5))
    rows = list(detect_dialect(text, True, ".csv", None).rows(text.splitlines(keepends=True)))
    assert [len(row) for row in rows] == [2] * 6
