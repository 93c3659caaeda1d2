"""The service as a client sees it: numbers go in and out as JSON."""

import http.client
import json
import re
import subprocess

import numpy as np


class Service:
    """The service on a free port, for as long as a `with` block lasts."""

    def __init__(self, binary):
        self.binary = binary

    def __enter__(self):
        self.process = subprocess.Popen([self.binary, "serve", "--port", "0"], stderr=subprocess.PIPE, text=True)
        for line in self.process.stderr:
            if listening := re.search(r"Listening on http://127\.0\.0\.1:(\d+)", line):
                self.connection = http.client.HTTPConnection("127.0.0.1", int(listening[1]))
                return self
        raise SystemExit(f"{self.binary} did not start")

    def __exit__(self, *_):
        self.connection.close()
        self.process.terminate()
        self.process.wait()

    def post(self, path, arrays, convention="row", dtype=np.float64, **members):
        """The reply as arrays of `dtype`. Matrices are given, and come back, in the row convention, whichever is spoken on the wire."""

        def turned(array):
            return array.T if convention == "column" and array.ndim == 2 else array

        def written(value):
            return {k: written(v) for k, v in value.items()} if isinstance(value, dict) else turned(value).tolist()

        body = written(arrays)
        body |= {"convention": convention, "dtype": np.dtype(dtype).name} | members
        self.connection.request("POST", path, json.dumps(body))
        reply = self.connection.getresponse()
        text = reply.read()
        if reply.status != 200:
            raise SystemExit(f"{path}: {text.decode()}")
        return {name: turned(np.array(value, dtype=dtype)) for name, value in json.loads(text).items()}
