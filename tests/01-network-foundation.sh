#!/bin/bash
# Test 01-network-foundation of the specification: lab-deploy verify, phase 1. Options go through: tests/01-network-foundation.sh --target aws
set -euo pipefail
exec dotnet run --project "$(dirname "$0")/../Lab.Deployer" -- verify --phase 1 "$@"
