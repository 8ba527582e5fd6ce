#!/bin/bash
# Times lab-deploy beside Terraform on the same emulator, for the same resources: plan, apply, plan with nothing to do, the same among 2,000
# things that are not the lab's, destroy. Prints a table with seconds (median of the runs), peak memory of all processes together, and the ratios.
# Needs terraform on PATH, its AWS provider in a plugin folder (terraform providers mirror DIR), moto_server, python3 with boto3.
#   bench/deploy.sh PLUGIN-FOLDER [RUNS]
set -euo pipefail
plugins=$(realpath "${1:?Name the folder with the AWS provider: bench/deploy.sh PLUGIN-FOLDER [RUNS]}")
runs=${2:-3}
cd "$(dirname "$0")/.."
work=$(mktemp -d)
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
endpoint=http://127.0.0.1:$port
moto_server -H 127.0.0.1 -p "$port" >"$work/moto.log" 2>&1 &
server=$!
trap 'kill "$server"; rm -rf "$work"' EXIT

echo 'Building …' >&2
dotnet publish Lab.Deployer -c Release --runtime linux-x64 --self-contained false -p:PublishReadyToRun=true --output "$work/lab-deploy" -v q >&2
until curl -fs "$endpoint/moto-api/" >/dev/null; do sleep 0.1; done
mkdir "$work/lab"
printf 'bastion: {create: true}\n' >"$work/lab/lab.yaml"
(cd "$work/lab" && "$work/lab-deploy/lab-deploy" render "$work/rendered" >/dev/null)
cp bench/terraform/main.tf "$work/lab"

export AWS_ENDPOINT_URL=$endpoint NO_COLOR=1 CHECKPOINT_DISABLE=1
export TF_VAR_endpoint=$endpoint TF_VAR_rendered=$work/rendered TF_IN_AUTOMATION=1 TF_CLI_CONFIG_FILE=$work/terraformrc
TF_VAR_image=$(curl -s "$endpoint" -d 'Action=DescribeImages&Version=2016-11-15&Filter.1.Name=architecture&Filter.1.Value.1=arm64&Filter.2.Name=name&Filter.2.Value.1=al20*-ami-20*' |
  sed -n 's/.*<imageId>\(ami-[^<]*\).*/\1/p' | head -1)
export TF_VAR_image
printf 'provider_installation {\n  filesystem_mirror { path = "%s" }\n}\n' "$plugins" >"$TF_CLI_CONFIG_FILE"
(cd "$work/lab" && terraform init -no-color >/dev/null)

cd "$work/lab"
python3 - "$work/lab-deploy/lab-deploy" "$endpoint" "$runs" "$work" <<'PYTHON'
import boto3, os, statistics, subprocess, sys, threading, time, urllib.request

program, endpoint, runs, work = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
steps = {
    "plan": ([program, "plan"], ["terraform", "plan"]),
    "apply": ([program, "apply", "--yes", "--over-budget"], ["terraform", "apply", "-auto-approve"]),
    "plan, nothing to do": ([program, "plan"], ["terraform", "plan"]),
    "plan among 2,000 others": ([program, "plan"], ["terraform", "plan"]),
    "destroy": ([program, "destroy", "--yes"], ["terraform", "destroy", "-auto-approve"]),
}


def memory(group):
    """Peak resident memory in KB of a process group: the sum of what each of its processes had at most."""
    total = 0
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.getpgid(int(pid)) == group:
                total += next(int(line.split()[1]) for line in open(f"/proc/{pid}/status") if line.startswith("VmHWM"))
        except (OSError, StopIteration):
            pass
    return total


def run(command):
    begun = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)
    peak, ended = [0], threading.Event()

    def watch():
        while not ended.wait(0.02):
            peak[0] = max(peak[0], memory(process.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    errors = process.stderr.read().decode()
    code = process.wait()
    seconds = time.monotonic() - begun
    ended.set()
    watcher.join()
    if code not in (0, 2):
        sys.exit(f"{' '.join(command)} ended with {code}: {errors}")
    return seconds, peak[0] / 1024


def crowd():
    """Fills the account with what is not the lab's."""
    ec2 = boto3.client("ec2", endpoint_url=endpoint, region_name="eu-west-1", aws_access_key_id="test", aws_secret_access_key="test")
    vpc = ec2.create_vpc(CidrBlock="172.20.0.0/16")["Vpc"]["VpcId"]
    for number in range(500):
        ec2.create_security_group(GroupName=f"foreign-{number}", Description="foreign", VpcId=vpc)
        ec2.allocate_address(Domain="vpc")
        ec2.create_route_table(VpcId=vpc)
        ec2.create_dhcp_options(DhcpConfigurations=[{"Key": "domain-name", "Values": [f"foreign-{number}.example.org"]}])


results = {(tool, step): [] for tool in (0, 1) for step in steps}
for _ in range(runs):
    for tool in (0, 1):
        urllib.request.urlopen(urllib.request.Request(f"{endpoint}/moto-api/reset", method="POST"))
        # The first question for images makes moto load its own, which belongs to neither.
        urllib.request.urlopen(endpoint, b"Action=DescribeImages&Version=2016-11-15&Owner.1=self")
        for step, commands in steps.items():
            if "others" in step:
                crowd()
            results[tool, step].append(run(commands[tool]))

print("| | lab-deploy | Terraform | ratio | lab-deploy | Terraform | ratio |")
print("|---|---|---|---|---|---|---|")
for step in steps:
    (mine, mine_mb), (theirs, theirs_mb) = [tuple(statistics.median(column) for column in zip(*results[tool, step])) for tool in (0, 1)]
    print(f"| {step} | {mine:.2f} s | {theirs:.2f} s | {theirs / mine:.1f} | {mine_mb:.0f} MB | {theirs_mb:.0f} MB | {theirs_mb / mine_mb:.1f} |")
PYTHON
