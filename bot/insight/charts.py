"""Figures as one picture: a page of bar charts, drawn by matplotlib in a process of its own."""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.font_manager import FontProperties

BACKGROUND, PANEL, GRID, TEXT, DIM = "#12141a", "#191c24", "#2c313d", "#e2e6ee", "#9aa2b2"
COLOURS = {"main": "#4a90e2", "good": "#34b28e", "bad": "#f05252", "open": "#66708a", "warm": "#facc5c"}
INCHES, DPI = (12.0, 4.2), 100
"""Width of the page and height of one row of charts; 1200 pixels wide."""

FEWEST = 4
"""Lying bars for which a chart leaves room at least, so that one alone is still a bar."""

LABELS = 8
"""Labels an axis has room for; of more, every second, third, … is written."""


@dataclass(frozen=True, slots=True)
class Series:
    """Values of one colour (a key of `COLOURS`), one for each label of the chart; series are stacked."""

    name: str
    colour: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars over labels; ``sideways`` lays them down, for labels that are words. Everything is in words already."""

    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    sideways: bool = False


def page(charts: tuple[Chart, ...], font: Path) -> bytes:
    """Return a PNG of the charts, two in a row, written in the given font (which must hold the labels' script)."""
    # Drawn without pyplot: no global state, no window system. Imported here because it takes a second.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    rows = -(-len(charts) // 2)
    figure = Figure(
        figsize=(INCHES[0], INCHES[1] * rows), dpi=DPI, facecolor=BACKGROUND,
        layout=ConstrainedLayoutEngine(w_pad=0.2, h_pad=0.2),
    )  # fmt: skip
    FigureCanvasAgg(figure)
    letters = FontProperties(fname=font, size=13)
    for index, chart in enumerate(charts):
        _draw(figure.add_subplot(rows, 2, index + 1), chart, letters)
    out = io.BytesIO()
    figure.savefig(out, format="png")
    return out.getvalue()


def _draw(axes: "Axes", chart: Chart, letters: "FontProperties") -> None:
    axes.set_facecolor(PANEL)
    places = range(len(chart.labels))
    upto = [0.0] * len(chart.labels)
    for series in chart.series:
        colour = COLOURS[series.colour]
        if chart.sideways:
            axes.barh(places, series.values, left=upto, color=colour, label=series.name, height=0.7)
        else:
            axes.bar(places, series.values, bottom=upto, color=colour, label=series.name, width=0.8)
        upto = [start + value for start, value in zip(upto, series.values, strict=True)]
    every = 1 if chart.sideways else -(-len(chart.labels) // LABELS)
    shown = [place for place in places if place % every == 0]
    axis = axes.yaxis if chart.sideways else axes.xaxis
    axis.set_ticks(shown, labels=[chart.labels[place] for place in shown])
    if chart.sideways:
        axes.set_ylim(max(len(places), FEWEST) - 0.5, -0.5)
    _dress(axes, chart, letters)


def _dress(axes: "Axes", chart: Chart, letters: "FontProperties") -> None:
    from matplotlib.ticker import MaxNLocator, StrMethodFormatter

    counting = axes.xaxis if chart.sideways else axes.yaxis
    whole = all(float(value).is_integer() for series in chart.series for value in series.values)
    counting.set_major_locator(MaxNLocator(nbins=5, integer=whole))
    counting.set_major_formatter(StrMethodFormatter("{x:,.0f}" if whole else "{x:,.2f}"))
    axes.grid(axis="x" if chart.sideways else "y", color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(colors=DIM, length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        label.set_fontproperties(letters)
    axes.set_title(chart.title, fontproperties=letters, color=TEXT, fontsize=16, loc="left", pad=12)
    if len(chart.series) > 1:
        axes.legend(
            prop=letters, labelcolor=DIM, frameon=False, ncols=len(chart.series), loc="lower right",
            bbox_to_anchor=(1, 1), borderaxespad=0.3, handlelength=0.8, handleheight=0.8, columnspacing=1.0,
        )  # fmt: skip
