"""The sections of the page with the figures, as Markdown, from the JSON of a run."""

from __future__ import annotations

from typing import Any

from benches.arms import ARMS, FRAMEWORKS, TITLES
from benches.terminal import ratio_text, time_text

Json = dict[str, Any]

ROUTING = """\
One dispatch is `await URLRouter(...)(scope, receive, send)` into an application
that returns at once. Ours, upstream's and the floor take turns in blocks of about
two milliseconds in one process, so a slow moment hits all of them. The floor is a
copy of the scope and one `await`, which every router has to pay. All figures
include the loop that calls. A ratio is upstream's minimum divided by ours: above 1,
ours is faster.
"""
RIVALS = """\
Five routes to a resource, with `int`, `slug` and `uuid` parameters, and hits spread
over the whole table. The two `URLRouter` are measured with all that they do: they
copy the scope, convert the parameters and await an application. Of the others, only
the look-up is measured, which does less: pymatchit is a tree in Rust that returns every
parameter as text. sanic-routing is left out at 10,000 routes, since it takes too long
to compile them.
"""
CONSUMERS = """\
What the consumer and the middleware cost, without a server and on one core:
`receive()` and `send()` do next to nothing. *Awaited* is a client that waits for each
answer. *Ready* is one whose next message is always there, which no server offers.

*Bare* is the least that does the same for the client, written by hand: an ASGI echo,
also where a row has middleware or a sync consumer; in our communicator, where a row has
one; and for a group, one queue for each member. Blocks alternate, and the minimum
counts. A ratio is upstream's divided by ours.
"""
MEMORY = """\
Resident memory of {idle:,} idle connections, each figure in a process of its own,
divided by their number. It includes the scope and the client's end of the
connection, which are nearly all of the bare application's share. Without a layer,
Starlette is its `WebSocketEndpoint` alone, as ours is a consumer alone; Litestar has
handlers in an application only. As a full stack, both are an application with {routes}
routes, without sessions and users.
"""
REDIS = """\
From `group_send()` until the handler of the last member has run. With channels_redis
{channels_redis}, redis-py {redis} and a Redis {redis-server} of its own. All members
are in one process, and the next message is sent when all have the last one. Both
packages take turns, and the best of {rounds} rounds counts.
"""
SERVERS = """\
One worker on one core, {connections} connections on loopback, a load client in C on
another core; `ProtocolTypeRouter`, `AuthMiddlewareStack`, `URLRouter` with {routes}
routes of which the last answers, no session. The three applications take turns,
{rounds} rounds of {seconds:g} s each; the best round counts. *Bare* is a hand-written
ASGI echo. The client was busy for at most {client:.0%} of its core, and the servers had
{server} of theirs. Routing is paid once for each connection: these figures come from
consumers and middleware far more than from the router.
"""
FRAMEWORKS_TEXT = """\
As above, in a run of its own under {server}. Starlette has {routes} routes to a
`WebSocketEndpoint`, Litestar to a `@websocket` handler. Neither has middleware, so they
do less: no cookies, no session, no user. The server had {share} of its core.
Times of two runs differ: what compares with the tables above is the share of bare.
"""


def routes_text(size: int) -> str:
    """Return ``1 route`` or ``10 routes``."""
    return "1 route" if size == 1 else f"{size:,} routes"


def table(head: list[str], rows: list[list[str]]) -> list[str]:
    """Return a Markdown table; numbers stand at the right."""
    rule = ["---"] + ["--:"] * (len(head) - 1)
    return [f"| {' | '.join(row)} |" for row in [head, rule, *rows]] + [""]


def picture(name: str, text: str) -> list[str]:
    """Return a picture that suits the reader's background."""
    return [
        "<picture>",
        '  <source media="(prefers-color-scheme: dark)" '
        f'srcset="pictures/{name}-dark.svg">',
        f'  <img alt="{text}" src="pictures/{name}-light.svg">',
        "</picture>",
        "",
    ]


def infos(run: Json) -> list[Json]:
    """Return the figures of all benchmarks of a run of pytest-benchmark."""
    return [bench["extra_info"] for bench in run["benchmarks"]]


def ratio_of(info: Json, figure: str = "min") -> float:
    """Return how many times faster ours is."""
    ratio: float = info["upstream"][figure] / info["ours"][figure]
    return ratio


def _marked(ratio: float) -> str:
    """Return the ratio, marked where ours is the slower one."""
    return ratio_text(ratio) if ratio >= 1 else f"**{ratio:.2f}x slower**"


def routing(run: Json) -> list[str]:
    """Ours against upstream's: all shapes, sizes and places."""
    cases = {
        case: [info for info in infos(run) if info["case"] == case]
        for case in ("dispatch", "nested", "first connection")
    }
    lines = ["## Routing against channels", "", ROUTING]
    for case, title in (
        ("dispatch", "### One dispatch"),
        ("nested", "### Three levels of routers, and the same routes in one (flat)"),
        ("first connection", "### The first connection of a process"),
    ):
        found = cases[case]
        if found:
            lines += [title, ""]
            lines += _summary(found) if case != "nested" else []
            lines += _details(found, f"All times: {case}")
    return lines


def _summary(found: list[Json]) -> list[str]:
    sizes = sorted({info["size"] for info in found})
    cells = {(i["shape"], i["probe"], i["size"]): _marked(ratio_of(i)) for i in found}
    rows = [
        [f"{shape}, {probe}", *[cells.get((shape, probe, size), "") for size in sizes]]
        for shape, probe in dict.fromkeys((i["shape"], i["probe"]) for i in found)
    ]
    head = ["table, place; number of routes", *[f"{size:,}" for size in sizes]]
    return table(head, rows)


def _details(found: list[Json], name: str) -> list[str]:
    other = sorted({key for info in found for key in ("floor", "flat") if key in info})
    head = ["case", "upstream min", "median", "ours min", "median"]
    head += [f"{key} min" for key in other] + ["ratio min", "ratio median"]
    rows = []
    for info in found:
        times = [
            info[who][f] for who in ("upstream", "ours") for f in ("min", "median")
        ]
        times += [info[key]["min"] for key in other]
        ratios = [_marked(ratio_of(info, figure)) for figure in ("min", "median")]
        name_of_case = f"{info['shape']}, {info['size']:,}, {info['probe']}"
        rows.append([name_of_case, *map(time_text, times), *ratios])
    summary = f"<details><summary>{name}</summary>"
    return [summary, "", *table(head, rows), "</details>", ""]


def rivals(run: Json) -> list[str]:
    """Ours against routers of other projects, by the number of routes."""
    sizes = list(run["figures"])
    rows = []
    for title, version in run["versions"].items():
        times = [run["figures"][size].get(title) for size in sizes]
        texts = [time_text(time) if time else "" for time in times]
        rows.append([f"{title} {version}", *texts])
    head = ["one look-up; number of routes", *[f"{int(size):,}" for size in sizes]]
    return [
        "## The cost of a look-up by the number of routes",
        "",
        *picture(
            "routes", "Time of one look-up by the number of routes, both logarithmic"
        ),
        RIVALS,
        *table(head, rows),
    ]


def consumers(run: Json) -> list[str]:
    """Messages and connections without a server."""
    rows = []
    for info in infos(run):
        bare = time_text(info["bare"]["min"]) if "bare" in info else ""
        times = [time_text(info[arm]["min"]) for arm in ("upstream", "ours")]
        medians = _marked(ratio_of(info, "median"))
        name = f"{info['case']}, a {info['unit']}"
        rows.append([name, *times, bare, _marked(ratio_of(info)), medians])
    head = ["case", "channels", "channels_fast", "bare", "ratio", "ratio of medians"]
    return [
        "## Consumers and middleware",
        "",
        CONSUMERS,
        *table(head, rows),
        *picture("fan-out", "Time for each member of a group by the size of the group"),
    ]


def titled(arm: str, run: Json) -> str:
    """Return what an arm is called, with its version if it is of others."""
    return f"{TITLES[arm]} {run['versions'][arm]}" if arm in FRAMEWORKS else TITLES[arm]


def memory(run: Json) -> list[str]:
    """Idle connections."""
    rows = []
    for kind, found in run["figures"].items():
        texts = [
            f"{found[arm]['bytes'] / 1e3:.1f} KB, {found[arm]['tasks']:.0f} tasks"
            if arm in found
            else ""
            for arm in ARMS
        ]
        rows.append([kind, *[text.replace("1 tasks", "1 task") for text in texts]])
    return [
        "## Memory of an idle connection",
        "",
        *picture("memory", "Memory of an idle connection"),
        MEMORY.format(idle=run["idle"], routes=run["routes"]),
        *table(["consumer", *[titled(arm, run) for arm in ARMS]], rows),
    ]


def redis(run: Json) -> list[str]:
    """Messages to groups through channels_redis."""
    rows = [
        [
            members_of(one),
            *[time_text(one[arm]["min"]) for arm in ("upstream", "ours")],
            _marked(ratio_of(one)),
            _marked(ratio_of(one, "median")),
        ]
        for one in run["results"]
    ]
    head = ["a message to", "channels", "channels_fast", "ratio", "ratio of medians"]
    text = REDIS.format(rounds=run["rounds"], **run["versions"])
    return ["## Groups through Redis", "", text, *table(head, rows)]


def members_of(one: Json) -> str:
    """Return the size of a group and its layer."""
    members = "1 member" if one["members"] == 1 else f"{one['members']} members"
    return f"{members}, {one['layer']}"


def by_server(run: Json, mode: str) -> dict[str, dict[str, Json]]:
    """Return the results of one *mode*, by server and then by arm."""
    found: dict[str, dict[str, Json]] = {}
    for result in run["results"]:
        if result["mode"] == mode:
            found.setdefault(result["server"], {})[result["arm"]] = result
    return found


def share_of_core(run: Json) -> str:
    """Return how much of its core a server had, in words."""
    shares = [r["server_cpu"] for r in run["results"] if "server_cpu" in r]
    return f"{min(shares):.0%} to {max(shares):.0%}" if shares else "an unknown part"


def servers(run: Json) -> list[str]:
    """Real servers on a real port."""
    client = max(result["client_cpu"] for result in run["results"])
    server = share_of_core(run)
    lines = ["## End to end", ""]
    lines += picture("servers", "Messages and connections per second by server")
    lines.append(SERVERS.format(**run["settings"], client=client, server=server))
    for mode, title in (
        ("echo", "messages/s"),
        ("connect", "connect, echo, close, per second"),
    ):
        rows = []
        for server, arms in by_server(run, mode).items():
            rates = [
                f"{arms[arm]['rate']:,.0f}" for arm in ("bare", "upstream", "ours")
            ]
            waits = [
                f"{arms[arm]['p99_us'] / 1e3:.1f} ms" for arm in ("upstream", "ours")
            ]
            ours, upstream, bare = (
                arms[a]["rate"] for a in ("ours", "upstream", "bare")
            )
            ratios = [_marked(ours / upstream), f"{ours / bare:.0%}"]
            name = f"{server} {run['versions'][server]}"
            rows.append([name, *rates, *ratios, *waits])
        head = [
            f"{title}",
            "bare",
            "channels",
            "channels_fast",
            "ratio",
            "share of bare",
        ]
        lines += table([*head, "p99: channels", "channels_fast"], rows)
    return lines


def frameworks(run: Json) -> list[str]:
    """Ours and upstream's beside frameworks that know nothing of Django."""
    echo, connect = (by_server(run, mode)["uvicorn"] for mode in ("echo", "connect"))
    rows = []
    for arm in ("bare", *FRAMEWORKS, "upstream", "ours"):
        row = [titled(arm, run)]
        for found in (echo, connect):
            share = found[arm]["rate"] / found["bare"]["rate"]
            row += [f"{found[arm]['rate']:,.0f}", f"{share:.0%}"]
        rows.append(row)
    head = ["an echo", "messages/s", "of bare", "connections/s", "of bare"]
    text = FRAMEWORKS_TEXT.format(
        server=f"uvicorn {run['versions']['uvicorn']}",
        share=share_of_core(run),
        **run["settings"],
    )
    return ["## Beside other frameworks", "", text, *table(head, rows)]
