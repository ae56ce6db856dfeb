"""The section of the page about a server that is busy for minutes."""

from __future__ import annotations

from benches.sections import Json, picture, table

SOAK = """\
`make soak`: one uvicorn process, {sockets} open sockets, a full stack, one consumer
in ten a synchronous one, and the {layer} layer. In {seconds} s, {messages} messages: of
ten, three go to a group of ten or change the group; after one in twenty the client
leaves, half of them with a reset, and another one comes: {opened} connections.
{received} answers and group messages came back, {lost} were lost. Over the second half
of the messages, the server's memory changed by {slope} KB for 10,000 messages.
"""


def soak(run: Json) -> list[str]:
    """What a busy server holds."""
    before, after = run["before"], run["after"]
    counts = [name for name in before if name != "bytes"]
    busy = max(run["samples"], key=lambda one: one["messages"])
    rows = [
        [
            name,
            *[f"{one[name]:,}" if name in one else "" for one in (before, busy, after)],
        ]
        for name in counts
    ]
    names = ("messages", "received", "opened", "sockets", "seconds")
    text = SOAK.format(
        **{name: f"{run[name]:,.0f}" for name in names},
        slope=f"{run['bytes_per_10000'] / 1e3:+,.0f}",
        lost=len(run["lost"]),
        layer=run["layer"],
    )
    shown = picture("soak", "Memory and counts of a busy server by messages")
    head = ["what it holds", "before", "busy", "after"]
    return ["## A busy server, for minutes", "", *shown, text, *table(head, rows)]
