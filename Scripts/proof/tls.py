"""Starts the service with a certificate made for the occasion and has sslyze look at its TLS: everything that Mozilla's "intermediate"
configuration asks for must be so, but that an authority known to the world has signed."""

import subprocess
import sys
import tempfile

from service import TLSService

program, sslyze = sys.argv[1:]
with tempfile.TemporaryDirectory() as folder:
    with TLSService(program, folder) as service:
        command = [sslyze, "--mozilla_config=intermediate", f"localhost:{service.port}"]
        report = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
print(report)
verdict = report.partition("COMPLIANCE AGAINST TLS CONFIGURATION")[2]
faults = [line.strip() for line in verdict.splitlines() if line.strip().startswith("*") and "certificate_path_validation" not in line]
faults += [line.strip() for line in report.splitlines() if "VULNERABLE" in line]
if not verdict or faults:
    sys.exit("Not as it should be: " + ("; ".join(faults) or "sslyze came to no verdict"))
print("As Mozilla's intermediate configuration asks for, but for the authority of the certificate")
