from __future__ import annotations

import csv
import gc
import io
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time

import pytest

pytestmark = pytest.mark.slow

ROWS = [
    (f"anna.lake{n}@example.org", n * 7, f"2024-03-{n + 1:02}", f"{n * 1.337:.3f}", "amber river") for n in range(20)
]
HEADER = ("mail", "count", "day", "share", "words")
PROGRAM = [sys.executable, "-c", "from simon_elmo.cli import main; main()"]
LOADED = (
    "import sys, atexit\n"
    "atexit.register(lambda: sys.stderr.write(' '.join(sorted({name.split('.')[0] for name in sys.modules}))))\n"
    "from simon_elmo.cli import main\nmain()"
)


def write_csv(path, header=HEADER, rows=ROWS):
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return path


@pytest.fixture
def table(tmp_path):
    return write_csv(tmp_path / "table.csv")


def strict_json(text):
    def refuse(name):
        raise AssertionError(f"{name} is not JSON")

    return json.loads(text, parse_constant=refuse)


def test_json_is_what_programs_rely_on(simon_elmo, table, tiny_model):
    code, out, err = simon_elmo("classify", table, "--preset", tiny_model, "--format", "json")
    assert (code, err) == (0, "")
    (answer,) = strict_json(out)
    assert list(answer) == ["path", "table", "rows", "dialect", "notes", "columns"]
    assert (answer["path"], answer["table"], answer["rows"], answer["notes"]) == (str(table), None, 20, [])
    assert answer["dialect"] == {
        "encoding": "utf-8", "delimiter": ",", "quote": '"', "header_row": 1, "skipped": 0
    }  # fmt: skip
    assert [column["name"] for column in answer["columns"]] == list(HEADER)
    assert [column["position"] for column in answer["columns"]] == [0, 1, 2, 3, 4]
    for column in answer["columns"]:
        assert list(column) == [
            "name", "position", "label", "probability", "labels", "missing", "distinct", "samples", "probabilities"
        ]  # fmt: skip
        assert list(column["probabilities"]) == ["datetime", "email", "float", "int", "text"]
        assert all(0 <= value <= 1 for value in column["probabilities"].values())
        assert column["label"] == column["labels"][0]
        assert column["probability"] == column["probabilities"][column["label"]]
    mail, count, _, _, words = answer["columns"]
    assert (mail["labels"], count["labels"]) == (["email", "text"], ["int"])
    assert (mail["missing"], mail["distinct"], mail["samples"]) == (0, 20, [row[0] for row in ROWS[:5]])
    assert (words["distinct"], words["samples"]) == (1, ["amber river"])


def test_it_is_the_answer_of_the_library(simon_elmo, table, tiny_model):
    from simon_elmo.simon.columns import ColumnClassifier
    from simon_elmo.tables.reading import read_table

    classifier = ColumnClassifier.from_preset(tiny_model)
    expected = classifier.predict_proba(read_table(table))
    (answer,) = strict_json(simon_elmo("classify", table, "--preset", tiny_model, "--format", "json")[1])
    found = [list(column["probabilities"].values()) for column in answer["columns"]]
    assert found == [pytest.approx(row.tolist(), abs=1e-6) for row in expected]
    assert [tuple(column["labels"]) for column in answer["columns"]] == classifier.predict(read_table(table))


def test_the_table_shows_labels_bars_and_cells(simon_elmo, table, tiny_model):
    code, out, err = simon_elmo("classify", table, "--preset", tiny_model)
    assert (code, err) == (0, "")
    assert "20 rows, 5 columns" in " ".join(out.split())  # a long path may break the line
    (mail,) = [line for line in out.splitlines() if line.startswith("mail")]
    assert re.search(r"email, text +█+[^ ]* +\d+\.\d%  anna\.lake0@example\.org · anna\.lake1@", mail)
    assert "\x1b" not in out
    assert max(map(len, out.splitlines())) <= 100


def test_csv_has_a_line_a_column(simon_elmo, table, tiny_model):
    code, out, _ = simon_elmo("classify", table, "--preset", tiny_model, "--format", "csv")
    assert code == 0
    rows = list(csv.DictReader(io.StringIO(out)))
    assert list(rows[0]) == [
        "path", "table", "column", "position", "label", "probability", "labels", "rows", "missing", "distinct"
    ]  # fmt: skip
    assert [row["column"] for row in rows] == list(HEADER)
    assert (rows[0]["label"], rows[0]["labels"]) == ("email", "email;text")
    assert [rows[0][name] for name in ("path", "rows", "missing", "distinct")] == [str(table), "20", "0", "20"]
    assert float(rows[1]["probability"]) > 0.5


def test_wide_csv_has_every_probability(simon_elmo, table, tiny_model):
    code, out, _ = simon_elmo("classify", table, "--preset", tiny_model, "--format", "csv", "--wide")
    assert code == 0
    rows = list(csv.DictReader(io.StringIO(out)))
    assert list(rows[0])[10:] == ["p_datetime", "p_email", "p_float", "p_int", "p_text"]
    assert all(row["probability"] == row[f"p_{row['label']}"] for row in rows)
    code, out, err = simon_elmo("classify", table, "--preset", tiny_model, "--format", "json", "--wide")
    assert (code, out) == (2, "")
    assert "--format csv" in err


def test_table_json_csv_and_html_say_the_same(simon_elmo, tiny_model, tmp_path):
    rows = [(*row, ("low", "high")[n % 2]) for n, row in enumerate(ROWS * 5)]
    path = write_csv(tmp_path / "t.csv", (*HEADER, "level"), rows)
    page = tmp_path / "t.html"
    shown = {
        form: simon_elmo("classify", path, "--preset", tiny_model, "--format", form, "--html", page)[1]
        for form in ("table", "json", "csv")
    }
    (answer,) = strict_json(shown["json"])
    html = re.sub(r"<[^>]*>", " ", page.read_text(encoding="utf-8"))
    for column, line in zip(answer["columns"], csv.DictReader(io.StringIO(shown["csv"])), strict=True):
        labels, probability = column["labels"], f"{column['probability']:.1%}"
        assert (line["label"], line["labels"]) == (labels[0], ";".join(labels))
        assert float(line["probability"]) == column["probability"]
        (row,) = [row for row in shown["table"].splitlines() if row.startswith(column["name"])]
        assert re.search(rf"^{column['name']} +{', '.join(labels)} .* {re.escape(probability)} ", row)
        words = " ".join(html[html.index(f" {column['name']} ") :].split())
        assert words.startswith(f"{column['name']} {labels[0]} {probability} {labels[0]} {probability}")
        places = [words.index(f"{name} {column['probabilities'][name]:.1%}") for name in labels]
        assert places == sorted(places)


def test_others_are_answered_when_one_fails(simon_elmo, table, tiny_model, tmp_path):
    missing, folder = tmp_path / "missing.csv", tmp_path
    code, out, err = simon_elmo("classify", missing, table, folder, table, "--preset", tiny_model, "--format", "json")
    assert code == 1
    assert [answer["path"] for answer in strict_json(out)] == [str(table), str(table)]
    assert len(err.splitlines()) == 2
    assert all(line.startswith("simon-elmo: ") for line in err.splitlines())
    assert str(missing) in err
    assert "Traceback" not in err


@pytest.mark.parametrize("output_format", ["json", "csv", "table"])
def test_no_file_readable_is_still_a_valid_answer(simon_elmo, tiny_model, tmp_path, output_format):
    code, out, err = simon_elmo("classify", tmp_path / "no.csv", "--preset", tiny_model, "--format", output_format)
    assert code == 1
    assert len(err.splitlines()) == 1
    if output_format == "json":
        assert strict_json(out) == []


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\x01\x02\xff" * 500, b"a,b,c\n"],
    ids=["empty", "binary", "header only"],
)
def test_bad_files_get_one_line_or_an_answer(simon_elmo, tiny_model, tmp_path, content):
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    code, out, err = simon_elmo("classify", path, "--preset", tiny_model, "--format", "json")
    assert "Traceback" not in err
    assert (code, len(err.splitlines())) in ((1, 1), (0, 0), (0, 1))
    for column in (column for answer in strict_json(out) for column in answer["columns"]):
        assert column["labels"] == []
        assert not any(column["probabilities"].values())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "PATH"),
        (("t.csv", "--threshold", "0"), "--threshold"),
        (("t.csv", "--threshold", "1.01"), "--threshold"),
        (("t.csv", "--threshold", "nan"), "--threshold"),
        (("t.csv", "--sample", "0"), "--sample"),
        (("t.csv", "--format", "xml"), "--format"),
        (
            (
                "t.csv",
                "--nonsense",
            ),
            "--nonsense",
        ),
    ],
)
def test_wrong_usage_is_2(simon_elmo, arguments, message):
    code, out, err = simon_elmo("classify", *arguments)
    assert (code, out) == (2, "")
    assert message in err
    assert "Traceback" not in err


def test_an_unknown_preset_is_1_and_names_what_there_is(simon_elmo, table):
    code, out, err = simon_elmo("classify", table, "--preset", "simon-nothing")
    assert (code, out) == (1, "")
    assert len(err.splitlines()) == 1
    assert "'simon-nothing'" in err
    assert "installed presets" in err


def test_a_corrupt_preset_is_named(simon_elmo, table, tiny_model, tmp_path):
    broken = tmp_path / "broken"
    broken.mkdir()
    for file in tiny_model.iterdir():
        (broken / file.name).write_bytes(file.read_bytes())
    (broken / "model.onnx").write_bytes(b"swapped")
    code, _, err = simon_elmo("classify", table, "--preset", broken)
    assert code == 1
    assert "model.onnx" in err
    assert len(err.splitlines()) == 1


def test_debug_shows_the_traceback(table):
    for arguments in (["--debug", "classify"], ["classify", "--debug"]):
        found = subprocess.run([*PROGRAM, *arguments, table, "--preset", "nothing"], capture_output=True, text=True)
        assert found.returncode == 1
        assert "Traceback" in found.stderr
        assert "PresetNotFound" in found.stderr


def test_threshold_decides(simon_elmo, table, tiny_model):
    def labels(threshold):
        options = ("--preset", tiny_model, "--format", "json", "--threshold", threshold)
        (answer,) = strict_json(simon_elmo("classify", table, *options)[1])
        return [column["labels"] for column in answer["columns"]]

    assert labels(1) == [["text"], ["int"], ["datetime"], ["float"], ["text"]]
    assert all(len(found) == 2 and found[0] == "email" for found in labels(1e-12))


def test_a_column_without_cells_says_so(simon_elmo, tiny_model, tmp_path):
    path = write_csv(tmp_path / "t.csv", ("full", "empty"), [("1", "")])
    _, out, _ = simon_elmo("classify", path, "--preset", tiny_model)
    assert "1 row, 2 columns" in " ".join(out.split())
    assert "none (no cells)" in out
    _, out, _ = simon_elmo("classify", path, "--preset", tiny_model, "--format", "json")
    full, empty = strict_json(out)[0]["columns"]
    assert (full["label"], full["missing"]) == ("int", 0)
    assert [empty[name] for name in ("label", "probability", "labels", "missing")] == [None, None, [], 1]
    _, out, _ = simon_elmo("classify", path, "--preset", tiny_model, "--format", "csv")
    assert out.splitlines()[2].endswith(",empty,1,,,,1,1,0")


def test_output_goes_to_a_file_and_never_over_the_data(simon_elmo, table, tiny_model, tmp_path):
    target = tmp_path / "answer.json"
    code, out, _ = simon_elmo("classify", table, "--preset", tiny_model, "--format", "json", "--output", target)
    assert (code, out) == (0, "")
    assert strict_json(target.read_text())[0]["rows"] == 20
    before = table.read_bytes()
    for option in ("--output", "--html"):
        code, _, err = simon_elmo("classify", table, "--preset", tiny_model, option, table)
        assert code == 2
        assert "overwrite" in err
    assert table.read_bytes() == before
    both = tmp_path / "both"
    code, _, err = simon_elmo(
        "classify", table, "--preset", tiny_model, "--output", both, "--html", tmp_path / "." / "both"
    )
    assert (code, "two outputs" in err, both.exists()) == (2, True, False)
    code, _, err = simon_elmo("classify", table, "--preset", tiny_model, "--output", tmp_path / "no" / "a.json")
    assert code == 2
    assert "does not exist" in err


def test_html_is_self_contained_and_escaped(simon_elmo, tiny_model, tmp_path):
    table = write_csv(tmp_path / "t.csv", ("<script>alert(1)</script>",), [("<b>bold</b>",), ("&amp;",)])
    page = tmp_path / "report.html"
    code, out, _ = simon_elmo("classify", table, "--preset", tiny_model, "--format", "json", "--html", page)
    assert code == 0
    assert strict_json(out)
    text = page.read_text(encoding="utf-8")
    assert "<script" not in text
    assert "<b>" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert not re.search(r"(src|href)=\"(?!data:)", text)


def test_nothing_in_a_file_reaches_the_terminal_raw(simon_elmo, tiny_model, tmp_path):
    hostile = "\x1b[31mred\x1b]0;title\x07\u202egnp.exe\x9b2J"
    rows = [(f"{hostile}{n}", "[bold red]markup[/] :smile:") for n in range(3)]
    path = write_csv(tmp_path / "h.csv", (f"name{hostile}", "[blink]"), rows)
    odd = tmp_path / "odd\x1b[2Jname\n.csv"
    path.rename(odd)
    code, out, err = simon_elmo("classify", odd, tmp_path / "\x1b[2J.csv", "--preset", tiny_model)
    assert code == 1
    for text in (out, err):
        assert all(character.isprintable() or character == "\n" for character in text)
    assert "\\x1b[31mred" in out
    assert "[blink]" in out
    assert "[bold red]markup[/] :smile:" in out
    assert len(err.splitlines()) == 1


def test_odd_file_names_and_cells_are_strict_json(simon_elmo, table, tiny_model, tmp_path):
    odd = os.fsdecode(os.fsencode(tmp_path) + b'/caf\xe9 "quoted".csv')
    os.rename(table, odd)
    code, out, _ = simon_elmo("classify", odd, "--preset", tiny_model, "--format", "json")
    assert code == 0
    assert strict_json(out)[0]["path"] == odd
    assert simon_elmo("classify", odd, "--preset", tiny_model)[0] == 0
    assert simon_elmo("classify", odd, "--preset", tiny_model, "--format", "csv")[0] == 0


def test_sheets_are_named(simon_elmo, tiny_model, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for name in ("Sales", "Staff"):
        sheet = book.create_sheet(name)
        for row in (HEADER, *ROWS):
            sheet.append(row)
    book.remove(book.worksheets[0])
    book.save(tmp_path / "book.xlsx")
    _, out, _ = simon_elmo("classify", tmp_path / "book.xlsx", "--preset", tiny_model, "--format", "json")
    assert [answer["table"] for answer in strict_json(out)] == ["Sales", "Staff"]
    options = ("--preset", tiny_model, "--format", "json", "--sheet", "Staff")
    _, out, _ = simon_elmo("classify", tmp_path / "book.xlsx", *options)
    assert [answer["table"] for answer in strict_json(out)] == ["Staff"]
    code, _, err = simon_elmo("classify", tmp_path / "book.xlsx", "--preset", tiny_model, "--sheet", "None")
    assert code == 1
    assert "Sales" in err


def test_a_sample_keeps_the_number_of_rows(simon_elmo, tiny_model, tmp_path):
    path = write_csv(tmp_path / "long.csv", rows=ROWS * 50)
    options = ("--preset", tiny_model, "--format", "json", "--sample", "30")
    (_, first, err), (_, second, _) = (simon_elmo("classify", path, *options) for _ in range(2))
    assert strict_json(first)[0]["rows"] == 1000
    assert first == second
    (note,) = strict_json(first)[0]["notes"]
    assert note.startswith("30 of 1,000 rows were drawn at random")
    assert err == f"simon-elmo: {path}: {note}\n"


def test_it_runs_without_keras_tensorflow_or_pandas(table, tiny_model):
    command = [sys.executable, "-c", LOADED, "classify", table, "--preset", tiny_model, "--format", "json"]
    found = subprocess.run(command, capture_output=True, text=True)
    assert found.returncode == 0
    assert strict_json(found.stdout)
    assert not {"keras", "tensorflow", "faker", "sklearn", "pandas"} & set(found.stderr.split())


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_any_stdout_encoding_will_do(tiny_model, tmp_path, encoding):
    path = write_csv(tmp_path / "t.csv", ("größe 名前",), [("né",), ("漢字",)])
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    for output_format in ("json", "csv", "table"):
        command = [*PROGRAM, "classify", path, "--preset", tiny_model, "--format", output_format]
        found = subprocess.run(command, capture_output=True, env=environment)
        assert found.returncode == 0, found.stderr
        if output_format == "json":
            assert strict_json(found.stdout.decode(encoding))[0]["columns"][0]["name"] == "größe 名前"


def test_a_closed_pipe_is_quiet(table, tiny_model):
    paths = [str(table)] * 400
    command = [*PROGRAM, "classify", *paths, "--preset", tiny_model, "--format", "json"]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as process:
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 141


def test_a_pipe_is_read_from_stdin(tiny_model, table):
    command = [*PROGRAM, "classify", "-", "--preset", tiny_model, "--format", "json"]
    found = subprocess.run(command, capture_output=True, input=table.read_bytes())
    assert found.returncode == 0, found.stderr
    (answer,) = json.loads(found.stdout)
    assert (answer["path"], answer["rows"], len(answer["columns"])) == ("-", len(ROWS), len(HEADER))


@pytest.mark.parametrize(
    ("closed", "code", "message"), [(">&-", 1, b"simon-elmo: stdout is closed\n"), ("2>&-", 0, b""), ("<&-", 0, b"")]
)
def test_closed_streams_get_one_line_at_most(table, tiny_model, closed, code, message):
    command = shlex.join([*PROGRAM, "classify", str(table), "--preset", str(tiny_model)])
    found = subprocess.run(["sh", "-c", f"{command} {closed}"], capture_output=True)
    assert (found.returncode, found.stderr) == (code, message)


@pytest.mark.parametrize("option", ["--output", "--html"])
def test_where_nothing_can_be_written_is_known_before_any_work(simon_elmo, table, tmp_path, option):
    code, out, err = simon_elmo("classify", table, "--preset", "there-is-none", option, tmp_path / "none" / "x")
    assert (code, out) == (2, "")
    assert "create it first" in err


def test_an_encoding_is_asked_for_where_the_guess_is_doubtful(simon_elmo, tiny_model, tmp_path):
    path = tmp_path / "cities.csv"
    path.write_bytes("город\nМосква\nКазань\n".encode("cp1251"))
    code, out, err = simon_elmo("classify", path, "--preset", tiny_model, "--format", "csv")
    assert code == 0
    assert "name its encoding" in err
    assert "город" not in out
    code, out, err = simon_elmo("classify", path, "--preset", tiny_model, "--format", "csv", "--encoding", "cp1251")
    assert (code, err) == (0, "")
    assert "город" in out


def test_an_interruption_is_130_and_quiet(simon_elmo, table, tiny_model, monkeypatch):
    def interrupted(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr("simon_elmo.tables.reading.read_tables", interrupted)
    assert simon_elmo("classify", table, "--preset", tiny_model) == (130, "", "")


@pytest.fixture
def heard():
    """Hear interruptions also where the tests were started in the background, which ignores them."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heard")
def test_an_interruption_is_not_lost_while_garbage_is_collected(simon_elmo, table, tiny_model, monkeypatch):
    def interrupted(*arguments, **options):
        callback = lambda *_: (gc.callbacks.remove(callback), signal.raise_signal(signal.SIGINT))  # noqa: E731
        gc.callbacks.append(callback)
        gc.collect()
        time.sleep(30)
        raise AssertionError("lost")

    monkeypatch.setattr("simon_elmo.tables.reading.read_tables", interrupted)
    assert simon_elmo("classify", table, "--preset", tiny_model) == (130, "", "")
