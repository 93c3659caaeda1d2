"""Sends every example of openapi.yaml to a service of its own and holds both, request and reply, against the schemas of the document."""
import json
import subprocess
import sys
import urllib.request

import jsonschema
import yaml

document = yaml.safe_load(open("openapi.yaml", encoding="utf-8"))


def validate(schema, value, what):
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", "components": document["components"], **schema}
    for error in jsonschema.Draft202012Validator(whole).iter_errors(value):
        sys.exit(f"{what}: {error.message} at {error.json_path}")


def examples(content):
    named = content.get("examples", {}).items()
    return [(name, example["value"]) for name, example in named] + ([("example", content["example"])] if "example" in content else [])


service = subprocess.Popen([sys.argv[1], "serve", "--port", "0"], stderr=subprocess.PIPE, text=True)
try:
    address = service.stderr.readline().split()[-1]
    count = 0
    for path, item in document["paths"].items():
        for method, operation in item.items():
            reply_schema = operation["responses"]["200"]["content"].get("application/json", {}).get("schema")
            content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            for name, value in examples(content) or [("", None)]:
                what = f"{method.upper()} {path} {name}"
                if value is not None:
                    validate(content["schema"], value, f"the example of {what}")
                body = None if value is None else json.dumps(value).encode()
                with urllib.request.urlopen(urllib.request.Request(address + path, body, method=method.upper())) as reply:
                    if reply_schema is not None:
                        validate(reply_schema, json.load(reply), f"the reply to {what}")
                count += 1
    print(f"{count} requests and their replies are as openapi.yaml says")
finally:
    service.terminate()
    service.wait()
