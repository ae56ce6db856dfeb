"""Which sites may open a WebSocket."""
