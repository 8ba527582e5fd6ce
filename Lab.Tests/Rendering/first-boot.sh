#!/bin/bash
# first-boot.sh DNF|APT SCRIPT FOLDER: runs a bastion's script twice in a mount namespace whose /opt, /etc and /usr/local/lib are
# folders of FOLDER, with the package manager, docker and the network replaced by fakes that note how they are called. Fails when a
# run fails, or when the second one changes a file or installs, attaches or creates anything.
set -euo pipefail
distribution=$1 script=$2 folder=$3
mkdir -p "$folder"/{bin,state,opt,etc/systemd,etc/sysctl.d,lib}
cp -a /etc/passwd /etc/group /etc/ld.so.cache "$folder/etc/"
[ ! -d /etc/alternatives ] || cp -a /etc/alternatives "$folder/etc/"

cat > "$folder/fake" <<'FAKE'
#!/bin/bash
name=${0##*/}
echo "$name $*" >> "$STATE/log"
case "$name $*" in
  'dnf install'*|'apt-get install'*) cp "$STATE/../fake" "$STATE/../bin/docker" ;;
  'snap install'*) cp "$STATE/../fake" "$STATE/../bin/aws" ;;
  'aws ec2 describe-network-interfaces'*)
    if [ -e "$STATE/attached" ]; then printf 'eni-1\t02:00:00:00:00:01\tatt-1\ti-1\n'; else printf 'eni-1\t02:00:00:00:00:01\tNone\tNone\n'; fi ;;
  'aws ec2 attach-network-interface'*) touch "$STATE/attached" ;;
  'curl '*instance-id) echo i-1 ;;
  'curl '*) echo token ;;
  'ip -o link'*) echo '2: eth1: <UP> link/ether 02:00:00:00:00:01 brd ff' ;;
  'ip -o route'*) echo 'default via 10.20.1.1 dev eth0' ;;
  'ip rule show'*) [ ! -e "$STATE/rule" ] || echo '0: from 10.20.13.140 lookup 113' ;;
  'ip rule add'*) touch "$STATE/rule" ;;
  'docker create'*) echo c1 ;;
  'docker image inspect'*) echo sha256:1 ;;
  'docker cp c1:/. '*) mkdir -p "${!#}/a"; echo kernel > "${!#}/a/kernel-arm64"; echo initramfs > "${!#}/a/initramfs-metal-arm64.xz" ;;
  'docker cp c1:/docker-compose'*) echo plugin > "${!#}" ;;
  'systemctl is-active'*) [ -e "$STATE/docker" ] ;;
  'systemctl enable'*) touch "$STATE/docker" ;;
  'iptables '*' -C '*) all=$*; grep -qxFe "${all/ -C / -I }" "$STATE/rules" 2>/dev/null ;;
  'iptables '*' -I '*) echo "$*" >> "$STATE/rules" ;;
esac
FAKE
chmod +x "$folder/fake"
tools=(curl ip systemctl resolvectl iptables sysctl ln)
if [ "$distribution" = DNF ]; then tools+=(dnf aws); else tools+=(apt-get snap); fi
for tool in "${tools[@]}"; do
  cp "$folder/fake" "$folder/bin/$tool"
done

# Beside the fakes only these: a package manager or a docker of this machine must not be found.
mkdir "$folder/tools"
for tool in bash cat cmp mktemp install rm mkdir grep awk head tr base64 chmod find touch cp printf env sleep dirname basename; do
  command ln -s "$(command -v "$tool")" "$folder/tools/$tool"
done

run() {
  : > "$folder/state/log"
  # shellcheck disable=SC2016 # expanded inside
  FOLDER=$folder SCRIPT=$script unshare --map-root-user --mount bash -euc '
    mount --bind "$FOLDER/opt" /opt; mount --bind "$FOLDER/etc" /etc; mount --bind "$FOLDER/lib" /usr/local/lib
    STATE=$FOLDER/state LAB_RETRY_SECONDS=0 PATH=$FOLDER/bin:$FOLDER/tools exec bash "$SCRIPT"'
  (cd "$folder" && find opt etc lib -type f -print0 | sort -z | xargs -0 sha256sum) > "$folder/state/files.$1"
}
run first
grep -q 'docker compose .* up' "$folder/state/log"
[ -s "$folder/opt/matchbox/assets/talos/arm64/kernel-arm64" ]
[ "$(stat -c %a "$folder/opt/bastion-setup/pihole.env")" = 600 ]
run second
cmp "$folder/state/files.first" "$folder/state/files.second"
if grep -E '^(dnf|apt-get|snap) |attach-network|docker create|rule add|iptables .* -I |systemctl (restart|enable)' "$folder/state/log"; then
  echo 'the second run changed something' >&2
  exit 1
fi
