"""Figures as a small chart: bars from one line, losses to the other side."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from gateway.web.formats import amount, as_number

WIDTH = 344
ROW = 26
LABELS = 104
ROOM = 130
"""Room for the bars between the labels and the amounts."""


@dataclass(frozen=True)
class Bar:
    """A bar of the chart, in units of the drawing."""

    label: str
    amount: str
    y: int
    x: int
    width: int
    loss: bool


@dataclass(frozen=True)
class Chart:
    """A chart to draw: its size, where zero is, and its bars."""

    title: str
    width: int
    height: int
    zero: int
    bars: tuple[Bar, ...]


def chart_of(figures: dict[str, Any]) -> Chart | None:
    """Return the chart of a year's figures; None when there are none."""
    words = {"turnover": _("Omzet"), "profit": _("Winst"), "assets": _("Activa")}
    known = {name: number for name in words if (number := as_number(figures.get(name))) is not None}
    if not known:
        return None
    largest = max(max(abs(number) for number in known.values()), Decimal(1))
    room = ROOM // 2 if any(number < 0 for number in known.values()) else ROOM
    zero = LABELS + ROOM - room
    bars = tuple(
        _bar(
            words[name],
            number,
            amount(number, figures.get("currency", "EUR")),
            row=row,
            zero=zero,
            room=room,
            largest=largest,
        )
        for row, (name, number) in enumerate(known.items())
    )
    title = _("Cijfers %(year)s", year=figures.get("year", ""))
    return Chart(title=title, width=WIDTH, height=len(bars) * ROW + 4, zero=zero, bars=bars)


def _bar(label: str, number: Decimal, words: str, *, row: int, zero: int, room: int, largest: Decimal) -> Bar:
    width = max(1, round(abs(number) / largest * room))
    return Bar(
        label=label,
        amount=words,
        y=row * ROW + 4,
        x=zero - width if number < 0 else zero,
        width=width,
        loss=number < 0,
    )
