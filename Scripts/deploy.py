"""Starts the service given as the argument with the variables that each file in Examples/deploy sets, and checks that it knows and accepts them,
and that whoever stops it waits for longer than it drains."""

import os
import pathlib
import re
import subprocess
import sys

import yaml

executable = sys.argv[1]
folder = pathlib.Path("Examples/deploy")
compose = yaml.safe_load((folder / "compose.yaml").read_text())["services"]["cotangent"]
pod = next(yaml.safe_load_all((folder / "kubernetes.yaml").read_text()))["spec"]["template"]["spec"]
unit = (folder / "cotangent.service").read_text()
deployments = {
    "compose.yaml": (compose["environment"], float(compose["stop_grace_period"].removesuffix("s"))),
    "kubernetes.yaml": ({v["name"]: v["value"] for v in pod["containers"][0]["env"]}, pod["terminationGracePeriodSeconds"]),
    "cotangent.service": ({}, float(re.search(r"^TimeoutStopSec=(\d+)$", unit, re.M)[1])),
}

text = subprocess.run([executable, "serve", "--help"], capture_output=True, text=True, check=True).stdout
# An entry goes on in the lines that begin further in.
options = {name: re.sub(r".*\(default: (.*)\).*|.*", r"\1", rest.replace("\n", " "), count=1)
           for name, rest in re.findall(r"^  --([a-z-]+) (.*(?:\n   .*)*)", text, re.M)}
variables = {"COTANGENT_" + name.upper().replace("-", "_"): default for name, default in options.items()}

for name, (settings, patience) in deployments.items():
    unknown = settings.keys() - variables.keys()
    assert not unknown, f"{name} sets what the service does not know: {unknown}"
    drain = sum(float(settings.get(v, variables[v])) for v in ("COTANGENT_DRAIN_DELAY", "COTANGENT_DRAIN_GRACE", "COTANGENT_DRAIN_TIMEOUT"))
    assert drain < patience, f"{name} waits for {patience} s, but draining may take {drain} s"
    service = subprocess.Popen(
        [executable, "serve", "--port", "0", "--drain-delay", "0"], env={**os.environ, **{k: str(v) for k, v in settings.items()}},
        stderr=subprocess.PIPE, text=True)
    line = service.stderr.readline()
    service.terminate()
    assert "Listening on" in line, f"{name}: {line}"
    assert service.wait() == 0
    print(f"{name}: its {len(settings)} variables are accepted, and {patience:g} s are enough to drain")
