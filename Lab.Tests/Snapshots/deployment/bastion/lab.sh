#!/bin/bash
# Sets up the bastion of lab lab. Made by lab-deploy; changes belong into lab.yaml.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
status=0

# put FILE MODE: the file gets standard input as its content, unless it has it.
put() {
  local new
  new=$(mktemp)
  cat > "$new"
  cmp -s "$new" "$1" || install -D -m "$2" "$new" "$1"
  rm -f "$new"
}
retry() {
  local try
  for try in 1 2 3 4 5; do
    "$@" && return 0
    echo "lab: try $try of '$*' failed" >&2
    sleep "${LAB_RETRY_SECONDS:-10}"
  done
  return 1
}

# Pi-hole takes port 53; the bastion itself asks Amazon's name server.
if command -v resolvectl >/dev/null; then
  before=$(cat /etc/systemd/resolved.conf.d/lab.conf 2>/dev/null || true)
  printf '[Resolve]\nDNS=10.20.0.2\nDNSStubListener=no\n' | put /etc/systemd/resolved.conf.d/lab.conf 644
  if [ "$before" != "$(cat /etc/systemd/resolved.conf.d/lab.conf)" ]; then
    systemctl restart systemd-resolved
    ln -sf /run/systemd/resolve/resolv.conf /etc/resolv.conf
  fi
fi

# Packages.
if command -v dnf >/dev/null; then
  command -v docker >/dev/null || retry dnf install -y docker
elif command -v apt-get >/dev/null; then
  command -v docker >/dev/null || { retry apt-get update && retry apt-get install -y docker.io; }
  command -v aws >/dev/null || retry snap install aws-cli --classic
else
  echo 'lab: neither dnf nor apt-get: this image is not supported' >&2
  exit 1
fi
systemctl is-active --quiet docker || systemctl enable --now docker

# Files.
install -d -m 755 /opt/matchbox /opt/matchbox/{assets,profiles,groups,ignition,generic} /opt/bastion-setup
put /opt/bastion-setup/docker-compose.yml 644 <<'LAB_FILE'
# Containers of lab lab's bastion.
services:
  dnsmasq:
    image: quay.io/poseidon/dnsmasq:v0.5.0-31-gdc1adc8
    container_name: dnsmasq
    restart: unless-stopped
    network_mode: host
    command: ["-d", "-q", "--conf-file=/etc/dnsmasq.conf"]
    cap_add: [NET_ADMIN]
    volumes:
      - /opt/bastion-setup/dnsmasq.conf:/etc/dnsmasq.conf:ro
      - /opt/matchbox/assets:/var/lib/matchbox/assets:ro
  matchbox:
    image: quay.io/poseidon/matchbox:v0.11.0
    container_name: matchbox
    restart: unless-stopped
    network_mode: host
    # No MATCHBOX_RPC_ADDRESS: without TLS files matchbox ends at once when it is set.
    environment:
      MATCHBOX_ADDRESS: "0.0.0.0:8080"
      MATCHBOX_LOG_LEVEL: info
    volumes:
      - /opt/matchbox:/var/lib/matchbox:ro
  registry-docker-io:
    image: registry:2
    container_name: registry-docker-io
    restart: unless-stopped
    network_mode: host
    environment:
      REGISTRY_HTTP_ADDR: "0.0.0.0:5050"
      REGISTRY_PROXY_REMOTEURL: https://registry-1.docker.io
    volumes:
      - registry-docker-io:/var/lib/registry
  registry-gcr-io:
    image: registry:2
    container_name: registry-gcr-io
    restart: unless-stopped
    network_mode: host
    environment:
      REGISTRY_HTTP_ADDR: "0.0.0.0:5051"
      REGISTRY_PROXY_REMOTEURL: https://gcr.io
    volumes:
      - registry-gcr-io:/var/lib/registry
  registry-ghcr-io:
    image: registry:2
    container_name: registry-ghcr-io
    restart: unless-stopped
    network_mode: host
    environment:
      REGISTRY_HTTP_ADDR: "0.0.0.0:5052"
      REGISTRY_PROXY_REMOTEURL: https://ghcr.io
    volumes:
      - registry-ghcr-io:/var/lib/registry
  registry-quay-io:
    image: registry:2
    container_name: registry-quay-io
    restart: unless-stopped
    network_mode: host
    environment:
      REGISTRY_HTTP_ADDR: "0.0.0.0:5053"
      REGISTRY_PROXY_REMOTEURL: https://quay.io
    volumes:
      - registry-quay-io:/var/lib/registry
  registry-registry-k8s-io:
    image: registry:2
    container_name: registry-registry-k8s-io
    restart: unless-stopped
    network_mode: host
    environment:
      REGISTRY_HTTP_ADDR: "0.0.0.0:5054"
      REGISTRY_PROXY_REMOTEURL: https://registry.k8s.io
    volumes:
      - registry-registry-k8s-io:/var/lib/registry
  pihole:
    image: pihole/pihole:2024.07.0
    container_name: pihole
    restart: unless-stopped
    network_mode: host
    env_file: /opt/bastion-setup/pihole.env
    environment:
      TZ: UTC
      FTLCONF_LOCAL_IPV4: 10.20.13.140
      PIHOLE_DNS_: 10.20.0.2
      DNSMASQ_LISTENING: all
      WEB_PORT: "8053"
    volumes:
      - pihole-etc:/etc/pihole
      - /opt/bastion-setup/pihole-dnsmasq.d:/etc/dnsmasq.d
volumes:
  registry-docker-io:
  registry-gcr-io:
  registry-ghcr-io:
  registry-quay-io:
  registry-registry-k8s-io:
  pihole-etc:
LAB_FILE
put /opt/bastion-setup/dnsmasq.conf 644 <<'LAB_FILE'
# TFTP of lab lab's bastion. No DHCP: in a VPC it is Amazon's. No DNS: that is Pi-hole's.
port=0
bind-dynamic
listen-address=10.20.13.140
enable-tftp
tftp-root=/var/lib/matchbox/assets
LAB_FILE
put /opt/bastion-setup/pihole-dnsmasq.d/05-lab.conf 644 <<'LAB_FILE'
# Names of lab lab.
local=/lab.internal/
host-record=bastion.lab.internal,10.20.13.140
host-record=cp1.lab.internal,10.20.13.11
address=/doubleclick.net/0.0.0.0
address=/googlesyndication.com/0.0.0.0
address=/google-analytics.com/0.0.0.0
LAB_FILE
put /opt/bastion-setup/attach-address.sh 755 <<'LAB_FILE'
#!/bin/bash
# Takes the static address of lab lab's bastion.
set -euo pipefail
address=10.20.13.140
subnet=10.20.13.0/24
gateway=10.20.13.1
table=113
export AWS_DEFAULT_REGION=eu-west-1 AWS_USE_DUALSTACK_ENDPOINT=true
metadata=http://169.254.169.254/latest

retry() {
  local try
  for try in 1 2 3 4 5 6 7 8 9 10 11 12; do
    "$@" && return 0
    echo "lab: try $try of '$1' failed" >&2
    sleep "${LAB_RETRY_SECONDS:-10}"
  done
  return 1
}
find_interface() {
  read -r interface mac attachment owner < <(aws ec2 describe-network-interfaces --output text \
    --filters 'Name=tag:lab:name,Values=lab' 'Name=tag:lab:id,Values=interface/bastion' \
    --query 'NetworkInterfaces[0].[NetworkInterfaceId,MacAddress,Attachment.AttachmentId,Attachment.InstanceId]')
  [ -n "$interface" ] && [ "$interface" != None ]
}
attach() {
  find_interface || return 1
  [ "$owner" = "$instance" ] && return 0
  if [ "$attachment" != None ]; then
    aws ec2 detach-network-interface --force --attachment-id "$attachment" || true
    return 1
  fi
  aws ec2 attach-network-interface --device-index 1 --network-interface-id "$interface" --instance-id "$instance"
}
find_device() {
  device=$(ip -o link | awk -F': ' -v mac="$mac" 'index($0, mac) { sub(/@.*/, "", $2); print $2; exit }')
  [ -n "$device" ]
}

token=$(curl -fsS -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 300' "$metadata/api/token")
instance=$(curl -fsS -H "X-aws-ec2-metadata-token: $token" "$metadata/meta-data/instance-id")
retry attach
retry find_device
ip link set "$device" up
ip address replace "$address/${subnet#*/}" dev "$device"
ip route replace "$subnet" dev "$device" src "$address" table "$table"
ip route replace default via "$gateway" dev "$device" table "$table"
ip rule show | grep -q "from $address lookup $table" || ip rule add from "$address" lookup "$table"
echo "lab: $address is on $device ($interface)"
LAB_FILE
put /opt/bastion-setup/extract-talos-assets.sh 755 <<'LAB_FILE'
#!/bin/bash
# Fetches what the nodes boot.
set -euo pipefail
assets=/opt/matchbox/assets
work=
container=
clean() {
  [ -z "$container" ] || docker rm --force "$container" >/dev/null
  [ -z "$work" ] || rm -rf "$work"
  work=
  container=
}
trap clean EXIT

# extract IMAGE FOLDER ARCHITECTURE
extract() {
  local image=$1 target=$assets/$2 platform=linux/$3 digest file found
  docker pull --quiet --platform "$platform" "$image"
  digest=$(docker image inspect --format '{{.Id}}' "$image")
  if [ -f "$target/.image" ] && [ "$(cat "$target/.image")" = "$digest" ]; then
    return
  fi
  work=$(mktemp -d "$assets/.extract.XXXXXX")
  # An image of one architecture may be labelled with another: its files tell what it holds.
  container=$(docker create --platform "$platform" "$image" none 2>/dev/null || docker create "$image" none)
  docker cp "$container:/." "$work"
  for file in "kernel-$3" "initramfs-metal-$3.xz"; do
    found=$(find "$work" -type f -name "$file" | head -n 1)
    if [ -z "$found" ]; then
      echo "lab: $image holds no $file" >&2
      exit 1
    fi
    install -D -m 644 "$found" "$target/$file"
  done
  chmod -R u=rwX,go=rX "$assets/${2%%/*}"
  echo "$digest" > "$target/.image"
  echo "lab: boot assets are in $target"
  clean
}

extract ghcr.io/urmanac/talos-cozystack-demo:demo-stable talos/arm64 arm64
LAB_FILE
put /opt/matchbox/profiles/talos.json 644 <<'LAB_FILE'
{
  "id": "talos",
  "name": "talos",
  "generic_id": "machine.yaml",
  "boot": {
    "kernel": "/assets/talos/arm64/kernel-arm64",
    "initrd": [
      "/assets/talos/arm64/initramfs-metal-arm64.xz"
    ],
    "args": [
      "initrd=initramfs-metal-arm64.xz",
      "console=ttyS0",
      "talos.platform=metal",
      "slab_nomerge",
      "pti=on",
      "init_on_alloc=1"
    ]
  }
}
LAB_FILE
put /opt/matchbox/generic/machine.yaml 644 <<'LAB_FILE'
version: v1alpha1
machine:
  type: controlplane
  network:
    hostname: {{.hostname}}
  registries:
    mirrors:
      docker.io:
        endpoints:
          - http://10.20.13.140:5050
        skipFallback: true
      gcr.io:
        endpoints:
          - http://10.20.13.140:5051
        skipFallback: true
      ghcr.io:
        endpoints:
          - http://10.20.13.140:5052
        skipFallback: true
      quay.io:
        endpoints:
          - http://10.20.13.140:5053
        skipFallback: true
      registry.k8s.io:
        endpoints:
          - http://10.20.13.140:5054
        skipFallback: true
LAB_FILE
put /opt/matchbox/assets/config/mirrors-v1alpha1.yaml 644 <<'LAB_FILE'
machine:
  registries:
    mirrors:
      docker.io:
        endpoints:
          - http://10.20.13.140:5050
        skipFallback: true
      gcr.io:
        endpoints:
          - http://10.20.13.140:5051
        skipFallback: true
      ghcr.io:
        endpoints:
          - http://10.20.13.140:5052
        skipFallback: true
      quay.io:
        endpoints:
          - http://10.20.13.140:5053
        skipFallback: true
      registry.k8s.io:
        endpoints:
          - http://10.20.13.140:5054
        skipFallback: true
LAB_FILE
put /opt/matchbox/assets/config/mirrors-documents.yaml 644 <<'LAB_FILE'
apiVersion: v1alpha1
kind: RegistryMirrorConfig
name: docker.io
endpoints:
  - url: http://10.20.13.140:5050
skipFallback: true
---
apiVersion: v1alpha1
kind: RegistryMirrorConfig
name: gcr.io
endpoints:
  - url: http://10.20.13.140:5051
skipFallback: true
---
apiVersion: v1alpha1
kind: RegistryMirrorConfig
name: ghcr.io
endpoints:
  - url: http://10.20.13.140:5052
skipFallback: true
---
apiVersion: v1alpha1
kind: RegistryMirrorConfig
name: quay.io
endpoints:
  - url: http://10.20.13.140:5053
skipFallback: true
---
apiVersion: v1alpha1
kind: RegistryMirrorConfig
name: registry.k8s.io
endpoints:
  - url: http://10.20.13.140:5054
skipFallback: true
LAB_FILE
put /opt/matchbox/groups/default.json 644 <<'LAB_FILE'
{
  "id": "default",
  "name": "every node",
  "profile": "talos"
}
LAB_FILE
[ -s /opt/bastion-setup/pihole.env ] || printf 'WEBPASSWORD=%s\n' "$(head -c 24 /dev/urandom | base64 | tr -d '/+=')" | put /opt/bastion-setup/pihole.env 600

# The static address.
/opt/bastion-setup/attach-address.sh || { echo 'lab: the bastion has not got its address' >&2; status=1; }

# Compose comes as an image that holds nothing else.
plugin=/usr/local/lib/docker/cli-plugins/docker-compose
if [ ! -x "$plugin" ]; then
  retry docker pull --quiet docker/compose-bin:v2.39.2
  container=$(docker create docker/compose-bin:v2.39.2 none)
  install -d -m 755 "${plugin%/*}"
  docker cp "$container:/docker-compose" "$plugin"
  docker rm "$container" >/dev/null
  chmod 755 "$plugin"
fi
# Boot assets and containers: one must not keep the other from coming up.
retry /opt/bastion-setup/extract-talos-assets.sh || { echo 'lab: no boot assets: nodes cannot boot yet' >&2; status=1; }
retry docker compose --file /opt/bastion-setup/docker-compose.yml up --detach --quiet-pull || { echo 'lab: not all containers are up' >&2; status=1; }
exit "$status"
