#!/bin/bash
# Test 04-launch-template of the specification: lab-deploy verify, phase 4. Options go through: tests/04-launch-template.sh --target aws
set -euo pipefail
exec dotnet run --project "$(dirname "$0")/../Lab.Deployer" -- verify --phase 4 "$@"
