#!/bin/bash
# Fetches what the nodes boot.
set -euo pipefail
image=ghcr.io/urmanac/talos-cozystack-demo:demo-stable
assets=/opt/matchbox/assets
target=$assets/talos/arm64

docker pull --quiet "$image"
digest=$(docker image inspect --format '{{.Id}}' "$image")
if [ -f "$target/.image" ] && [ "$(cat "$target/.image")" = "$digest" ]; then
  exit 0
fi
work=$(mktemp -d "$assets/.extract.XXXXXX")
container=$(docker create "$image" none)
trap 'docker rm --force "$container" >/dev/null; rm -rf "$work"' EXIT
docker cp "$container:/." "$work"
for file in kernel-arm64 initramfs-metal-arm64.xz; do
  found=$(find "$work" -type f -name "$file" | head -n 1)
  if [ -z "$found" ]; then
    echo "lab: $image holds no $file" >&2
    exit 1
  fi
  install -D -m 644 "$found" "$target/$file"
done
chmod -R u=rwX,go=rX "$assets/talos"
echo "$digest" > "$target/.image"
echo "lab: boot assets are in $target"
