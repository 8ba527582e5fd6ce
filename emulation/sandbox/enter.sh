# Gives a program a view of this machine of its own, takes its privileges away, and becomes it: the process keeps its number.
# Arguments: STAGE USER CAPABILITIES (ro SOURCE TARGET)... (dev FILE)... (rw SOURCE TARGET)... -- PROGRAM ARGUMENT...
# It runs in a mount namespace of its own, as root there. What fails ends it: nothing runs with more than it should have.
set -eu
stage=$1 user=$2 capabilities=$3
shift 3
umask 022
mount -t tmpfs -o mode=755,size=64m,nosuid lab "$stage"
cd "$stage"

show() {
  if [ -d "$1" ]; then
    [ -d ".$2" ] || mkdir -p ".$2"
  else
    mkdir -p ".${2%/*}"
    [ -e ".$2" ] || : > ".$2"
  fi
  mount --rbind "$1" ".$2"
}

for path in /usr /bin /sbin /lib /lib32 /lib64 /nix/store; do
  if [ -L "$path" ]; then
    cp -P "$path" ".$path"
  elif [ -e "$path" ]; then
    show "$path" "$path"
  fi
done
mkdir etc
cp -a /etc/alternatives /etc/ld.so.cache etc/ 2>/dev/null || true
echo root:x:0:0:root:/tmp:/bin/sh > etc/passwd
[ "$user" = - ] || echo "lab:x:$user:$user:lab:/tmp:/bin/sh" >> etc/passwd
while [ "$1" = ro ]; do
  show "$2" "$3"
  shift 3
done

# Everything so far can only be read, with all that is mounted in it. Spaces of paths are written as \040 here.
while read -r _ point _; do
  case $point in *\\*) point=$(printf '%b' "$point") ;; esac
  case $point in "$stage"/*) mount -o remount,bind,ro "$point" ;; esac
done < /proc/self/mounts

for path in /proc /dev/null /dev/zero /dev/random /dev/urandom; do
  show "$path" "$path"
done
ln -s /proc/self/fd dev/fd
ln -s fd/0 dev/stdin
ln -s fd/1 dev/stdout
ln -s fd/2 dev/stderr
# A device that only root may open: one of the same kind, for the program's user. In a user namespace nobody makes devices.
while [ "$1" = dev ]; do
  mkdir -p ".${2%/*}"
  if [ "$user" != - ] && cp -a "$2" ".$2" 2>/dev/null; then
    chown "$user:$user" ".$2"
  else
    show "$2" "$2"
  fi
  shift 2
done
while [ "$1" = rw ]; do
  show "$2" "$3"
  shift 3
done
shift
mkdir -p tmp
chmod 1777 tmp 2>/dev/null || true
mkdir host
pivot_root . host
umount -l /host
rmdir host
cd /
umask 077
[ "$user" = - ] || set -- --reuid="$user" --regid="$user" --clear-groups "$@"
exec setpriv --no-new-privs --bounding-set="-all$capabilities" --inh-caps="-all$capabilities" --ambient-caps="-all$capabilities" "$@"
