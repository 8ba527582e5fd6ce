#!/bin/bash
# Test 03-netboot-infrastructure of the specification: lab-deploy verify, phase 3. Options go through: tests/03-netboot-infrastructure.sh --target aws
set -euo pipefail
exec dotnet run --project "$(dirname "$0")/../Lab.Deployer" -- verify --phase 3 "$@"
