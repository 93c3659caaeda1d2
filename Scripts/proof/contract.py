"""Has schemathesis make up requests from openapi.yaml, right and wrong ones, and holds the replies of a service of its own against it."""

import os
import subprocess
import sys

from service import Service

program, schemathesis, examples, seed = sys.argv[1:]
program = os.path.abspath(program)
with Service(program) as service:
    command = [
        os.path.abspath(schemathesis), "run", os.path.abspath("openapi.yaml"), "--url", f"http://127.0.0.1:{service.port}", "--seed", seed, "--max-examples", examples,
        "--checks", "all", "--exclude-checks", "positive_data_acceptance", "--continue-on-failure", "--generation-database", "none",
    ]
    hooks = {"SCHEMATHESIS_HOOKS": "contract_checks", "PYTHONPATH": os.path.dirname(os.path.abspath(__file__))}
    # It keeps notes where it runs.
    sys.exit(subprocess.run(command, env={**os.environ, **hooks}, cwd=os.path.dirname(program)).returncode)
