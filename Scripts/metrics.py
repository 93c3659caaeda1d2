"""Starts the service given as the argument, sends it requests that it answers in different ways, and checks what /metrics says of them."""

import http.client
import re
import subprocess
import sys

from prometheus_client.parser import text_string_to_metric_families

STEP = '{"x_t":[1],"h_prev":[0],"W_x":[[1]],"W_h":[[0]],"b":[0],"dh":[1]}'

service = subprocess.Popen([sys.argv[1], "serve", "--port", "0"], stderr=subprocess.PIPE, text=True)
try:
    port = int(re.search(r":(\d+)$", service.stderr.readline())[1])

    def ask(method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request(method, path, body)
        reply = connection.getresponse()
        return reply.status, reply.read().decode()

    assert [ask("POST", "/backward", STEP)[0] for _ in range(5)] == [200] * 5
    assert ask("POST", "/backward", "{")[0] == 400
    assert ask("GET", "/nowhere")[0] == 404
    status, text = ask("GET", "/metrics")
    families = {family.name: family for family in text_string_to_metric_families(text)}
    types = {"requests": "counter", "request_duration_seconds": "histogram", "stage_duration_seconds": "histogram",
             "overload_refusals": "counter", "request_body_bytes": "counter", "reply_body_bytes": "counter",
             "tls_handshakes": "counter", "connections": "gauge", "queue_length": "gauge", "computing": "gauge"}
    for name, kind in types.items():
        family = families["cotangent_" + name]
        assert family.type == kind and family.documentation, name
    requests = {(s.labels["route"], s.labels["status"]): s.value for s in families["cotangent_requests"].samples}
    assert requests[("/backward", "200")] == 5 and requests[("/backward", "400")] == 1 and requests[("other", "404")] == 1, requests
    for name in "cotangent_request_duration_seconds", "cotangent_stage_duration_seconds":
        series = {}
        for sample in families[name].samples:
            key = tuple(sorted((k, v) for k, v in sample.labels.items() if k != "le"))
            series.setdefault(key, []).append(sample)
        for key, samples in series.items():
            buckets = [s.value for s in samples if s.name.endswith("_bucket")]
            count = next(s.value for s in samples if s.name.endswith("_count"))
            assert buckets == sorted(buckets) and buckets[-1] == count > 0, key
            assert [s.labels["le"] for s in samples if s.name.endswith("_bucket")][-1] == "+Inf", key
    assert families["process_resident_memory_bytes"].samples[0].value > 1e6
    print(f"{len(families)} families, {sum(len(f.samples) for f in families.values())} samples: all as they should be")
finally:
    service.terminate()
    service.wait()
