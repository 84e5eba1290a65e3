"""Day and month told apart by a whole table, where a column by itself does not tell."""

from __future__ import annotations

from dataclasses import replace

from simon_elmo.estimators.encoders.date_formats import in_english, is_ambiguous
from simon_elmo.estimators.encoders.table_column import TableColumn
from simon_elmo.estimators.encoders.treatments import Options, Treatment, choose_treatment


def with_one_day_order(
    columns: list[TableColumn],
    labels: list[tuple[str, ...]],
    chosen: list[Treatment],
    wanted: dict[int, str],
    options: Options,
) -> list[Treatment]:
    """Return the treatments, with columns that do not tell day from month read as the columns that do tell."""
    if options.day_first is not None:
        return chosen
    orders, unclear = set(), []
    for at, (column, treatment) in enumerate(zip(columns, chosen, strict=True)):
        if treatment.name != "date" or "%d" not in treatment.detail or "%m" not in treatment.detail:
            continue
        if is_ambiguous(in_english(column.texts), treatment.detail):
            unclear.append(at)
        elif not treatment.detail.startswith("%Y"):
            orders.add(treatment.detail.find("%d") < treatment.detail.find("%m"))
    if len(orders) != 1:
        return chosen
    settled = replace(options, day_first=orders.pop())
    return [
        choose_treatment(columns[at], labels[at], settled, wanted.get(at)) if at in unclear else treatment
        for at, treatment in enumerate(chosen)
    ]
