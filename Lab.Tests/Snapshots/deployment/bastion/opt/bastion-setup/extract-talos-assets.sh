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
