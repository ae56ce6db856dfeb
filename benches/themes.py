"""The colors of the pictures, on a light and on a dark background."""

from __future__ import annotations

from typing import Any, NamedTuple


class Theme(NamedTuple):
    """The colors of a picture."""

    name: str
    background: str
    text: str
    quiet: str
    grid: str
    #: By arm; ours stands out, and all have the same lightness on either background.
    ours: str
    upstream: str
    bare: str
    rivals: tuple[str, ...]


LIGHT = Theme(
    "light", "#ffffff", "#1f2328", "#59636e", "#d9dee3",
    ours="#d1480b", upstream="#0b5cad", bare="#8a939d",
    rivals=("#0f7b6c", "#7b4bb5", "#a0790a", "#b83280", "#3d7d1f", "#59636e"),
)  # fmt: skip
DARK = Theme(
    "dark", "#0d1117", "#e6edf3", "#9198a1", "#2a313c",
    ours="#ff8a4c", upstream="#5aa9f8", bare="#7d8590",
    rivals=("#3fc9b5", "#b995f0", "#dbb441", "#f07cc0", "#86cf5d", "#aab3bd"),
)  # fmt: skip


def style(theme: Theme) -> dict[str, Any]:
    """Return matplotlib's settings for *theme*."""
    return {
        "figure.facecolor": theme.background,
        "axes.facecolor": theme.background,
        "savefig.facecolor": theme.background,
        "text.color": theme.text,
        "axes.labelcolor": theme.quiet,
        "axes.edgecolor": theme.grid,
        "axes.titlecolor": theme.text,
        "axes.titlesize": 12,
        "axes.titleweight": "bold",
        "axes.titlelocation": "left",
        "axes.titlepad": 12,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.axisbelow": True,
        "grid.color": theme.grid,
        "grid.linewidth": 0.8,
        "xtick.color": theme.quiet,
        "ytick.color": theme.quiet,
        "font.size": 10,
        "legend.frameon": False,
        # The same figures give the same file.
        "svg.hashsalt": "channels_fast",
    }
