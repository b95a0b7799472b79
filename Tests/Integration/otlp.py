"""A collector of OTLP over HTTP for tests, which decodes what it gets with OpenTelemetry's own Python package."""

import http.server
import threading

from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2

REQUESTS = {
    "/v1/traces": trace_service_pb2.ExportTraceServiceRequest,
    "/v1/metrics": metrics_service_pb2.ExportMetricsServiceRequest,
}


def value(any_value):
    """What an attribute says, as Python says it."""
    kind = any_value.WhichOneof("value")
    assert kind, "an attribute without a value"
    if kind == "array_value":
        return [value(each) for each in any_value.array_value.values]
    return getattr(any_value, kind)


def attributes(pairs):
    names = [pair.key for pair in pairs]
    assert len(names) == len(set(names)), names
    return {pair.key: value(pair.value) for pair in pairs}


class Span:
    def __init__(self, wire, resource):
        assert len(wire.trace_id) == 16 and any(wire.trace_id)
        assert len(wire.span_id) == 8 and any(wire.span_id)
        assert len(wire.parent_span_id) in (0, 8)
        assert 0 < wire.start_time_unix_nano <= wire.end_time_unix_nano
        self.trace, self.id, self.parent = wire.trace_id, wire.span_id, wire.parent_span_id
        self.name, self.resource = wire.name, resource
        self.kind = type(wire).SpanKind.Name(wire.kind).removeprefix("SPAN_KIND_").lower()
        self.is_error = wire.status.code == wire.status.STATUS_CODE_ERROR
        self.start, self.end = wire.start_time_unix_nano, wire.end_time_unix_nano
        self.attributes = attributes(wire.attributes)
        self.events = [(event.name, attributes(event.attributes)) for event in wire.events]


class Point:
    """A point of a metric: a number, or a histogram's count and sum."""

    def __init__(self, wire, metric, resource):
        self.name, self.unit, self.resource = metric.name, metric.unit, resource
        self.attributes = attributes(wire.attributes)
        assert 0 < wire.start_time_unix_nano <= wire.time_unix_nano
        if metric.WhichOneof("data") == "histogram":
            assert sum(wire.bucket_counts) == wire.count
            assert len(wire.bucket_counts) == len(wire.explicit_bounds) + 1
            assert sorted(wire.explicit_bounds) == list(wire.explicit_bounds)
            self.count, self.sum, self.bounds = wire.count, wire.sum, list(wire.explicit_bounds)
        else:
            self.value = getattr(wire, wire.WhichOneof("value"))


def decode(path, body):
    """The body of a request to `path`."""
    request = REQUESTS[path]()
    assert request.ParseFromString(body) == len(body)
    # Nothing that the definitions do not know.
    request_again = REQUESTS[path]()
    request_again.CopyFrom(request)
    request_again.DiscardUnknownFields()
    assert request_again == request
    return request


def spans(request):
    return [
        Span(span, attributes(resource.resource.attributes))
        for resource in request.resource_spans for scope in resource.scope_spans for span in scope.spans
    ]


def points(request):
    return [
        Point(point, metric, attributes(resource.resource.attributes))
        for resource in request.resource_metrics for scope in resource.scope_metrics for metric in scope.metrics
        for point in getattr(metric, metric.WhichOneof("data")).data_points
    ]


class Collector:
    """Listens on a port of its own. `spans` and `points` are what came, `requests` the headers of each request."""

    def __init__(self):
        self.requests, self.spans, self.points, self.problems = [], [], [], []
        collector = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                try:
                    collector.take(self.path, {name.lower(): text for name, text in self.headers.items()}, body)
                    status = 200
                except Exception as problem:
                    collector.problems.append(problem)
                    status = 400
                self.send_response(status)
                self.send_header("Content-Type", "application/x-protobuf")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take(self, path, headers, body):
        assert headers["content-type"] == "application/x-protobuf", headers
        request = decode(path, body)
        self.requests.append((path, headers))
        if path == "/v1/traces":
            self.spans += spans(request)
        else:
            self.points += points(request)

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    # What tests ask for.

    def span(self, name):
        found = [span for span in self.spans if span.name == name]
        assert len(found) == 1, (name, sorted(span.name for span in self.spans))
        return found[0]

    def parent(self, span):
        found = [each for each in self.spans if each.id == span.parent]
        return found[0] if found else None

    def metric(self, name):
        return [point for point in self.points if point.name == name]
