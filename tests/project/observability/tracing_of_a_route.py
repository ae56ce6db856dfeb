"""Connects through the middleware of OpenTelemetry and looks at the spans."""

import asyncio

import django
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

django.setup()
exporter = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(exporter))
trace.set_tracer_provider(provider)

from tracing import asgi, tracing  # written by the test

from channels_fast.testing import connect

tracing.listen()


async def main():
    async with connect(asgi.application, "/chat/tea/"):
        pass


asyncio.run(main())
spans = exporter.get_finished_spans()
named = [span for span in spans if span.name == "websocket chat/<str:room>/"]
assert len(named) == 1, [span.name for span in spans]
assert named[0].parent is None
assert named[0].attributes["http.route"] == "chat/<str:room>/"
