"""
Keep a server busy for minutes, and look at what it holds.

    python -m benches.soak [--messages 200000] [--sockets 5000] [--redis]
    python -m benches.soak --compare [--redis] [--messages 24000] [--sockets 500]

One uvicorn process has a full stack with groups. Clients in another process keep
sockets open, send messages to it and to their rooms, change rooms, and come and go.
Every second the server says what it holds. With `--compare` the same is done to
`channels` and to a bare ASGI application. The figures go into target/bench/soak.json,
and `python -m benches pictures` brings them from there into docs/reliability.md.
"""
