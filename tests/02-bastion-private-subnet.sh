#!/bin/bash
# Test 02-bastion-private-subnet of the specification: lab-deploy verify, phase 2. Options go through: tests/02-bastion-private-subnet.sh --target aws
set -euo pipefail
exec dotnet run --project "$(dirname "$0")/../Lab.Deployer" -- verify --phase 2 "$@"
