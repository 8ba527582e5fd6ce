#!/bin/bash
# Times lab-deploy against a moto_server of its own: plan, apply, plan with nothing to do, destroy, with the memory each takes.
# For the ratio to Terraform run the same lab as a Terraform configuration against the same address.
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet build Lab.Deployer -c Release -v q >/dev/null
program=$PWD/Lab.Deployer/bin/Release/net10.0/lab-deploy
work=$(mktemp -d)
port=${1:-5999}
moto_server -H 127.0.0.1 -p "$port" >/dev/null 2>&1 &
server=$!
trap 'kill "$server"; rm -rf "$work"' EXIT
until curl -fs "http://127.0.0.1:$port/moto-api/" >/dev/null; do sleep 0.1; done
cd "$work"
printf 'bastion: {create: true}\n' > lab.yaml
export AWS_ENDPOINT_URL=http://127.0.0.1:$port
for verb in "plan" "apply --yes --over-budget" "plan" "destroy --yes"; do
  # shellcheck disable=SC2086 # words are arguments
  /usr/bin/time -f "$verb: %e s, %M KB" "$program" $verb >/dev/null || [ $? -eq 2 ]
done
