# Gives a program a view of this machine of its own, takes its privileges away, and becomes it: the process keeps its number.
# Arguments: STAGE USER CAPABILITIES (ro SOURCE TARGET)... (dev FILE)... (rw SOURCE TARGET)... -- PROGRAM ARGUMENT...
# It runs in a mount namespace of its own, as root there. What fails ends it: nothing runs with more than it should have.
# Every lab starts a dozen of these at once, so what can be done by one process is: mount(8) takes a table of mounts (fstab(5)).
set -eu
# An ordinary user's PATH need not hold pivot_root, and after it the system's folders are what there is.
PATH=$PATH:/usr/sbin:/usr/bin:/sbin:/bin
stage=$1 user=$2 capabilities=$3
shift 3
umask 022
mount -t tmpfs -o mode=755,size=64m,nosuid lab "$stage"
cd "$stage"
mkdir etc proc dev
table=

# A field of the table: what would end it is written in octal.
field() {
  case $1 in
    *[[:space:]\\]*) printf '%s.' "$1" | sed -e 's/\\/\\134/g' -e 's/ /\\040/g' -e 's/	/\\011/g' -e '$!s/$/\\012/' -e '$s/\.$//' | tr -d '\n' ;;
    *) printf '%s' "$1" ;;
  esac
}

show() {
  if [ -d "$1" ]; then
    [ -d ".$2" ] || mkdir -p ".$2"
  else
    [ -d ".${2%/*}" ] || mkdir -p ".${2%/*}"
    [ -e ".$2" ] || : > ".$2"
  fi
  table="$table$(field "$1") $(field "$stage$2") none rbind 0 0
"
}

# Shows what was gathered.
mount_table() {
  [ -n "$table" ] || return 0
  printf '%s' "$table" > .table
  mount -a -T .table
  table=
}

links=
for path in /usr /bin /sbin /lib /lib32 /lib64 /nix/store; do
  if [ -L "$path" ]; then
    links="$links $path"
  elif [ -e "$path" ]; then
    show "$path" "$path"
  fi
done
# shellcheck disable=SC2086
[ -z "$links" ] || cp -P $links .
# What follows may lie below a link that leads into these.
mount_table
cp -a /etc/alternatives /etc/ld.so.cache etc/ 2>/dev/null || true
echo root:x:0:0:root:/tmp:/bin/sh > etc/passwd
[ "$user" = - ] || echo "lab:x:$user:$user:lab:/tmp:/bin/sh" >> etc/passwd
while [ "$1" = ro ]; do
  show "$2" "$3"
  shift 3
done
mount_table

# Everything so far can only be read, with all that is mounted in it. The kernel writes special characters of paths as the table wants them.
while read -r _ point _ options _; do
  plain=$point
  case $point in *\\*) plain=$(printf '%b' "$point") ;; esac
  case $plain in "$stage"/*) ;; *) continue ;; esac
  # In a user namespace a mount keeps what forbids something on it, or it is not touched at all.
  kept=
  for option in nosuid nodev noexec noatime nodiratime; do
    case ,$options, in *,$option,*) kept=$kept,$option ;; esac
  done
  table="${table}none $point none remount,bind,ro$kept 0 0
"
done < /proc/self/mounts
mount_table

for path in /proc /dev/null /dev/zero /dev/random /dev/urandom; do
  show "$path" "$path"
done
cp -P /dev/fd /dev/stdin /dev/stdout /dev/stderr dev/ 2>/dev/null || true
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
mount_table
rm -f .table
shift
if [ -d tmp ]; then
  chmod 1777 tmp 2>/dev/null || true
else
  mkdir -m 1777 tmp
fi
mkdir host
pivot_root . host
umount -l /host
rmdir host
cd /
umask 077
[ "$user" = - ] || set -- --reuid="$user" --regid="$user" --clear-groups "$@"
exec setpriv --no-new-privs --bounding-set="-all$capabilities" --inh-caps="-all$capabilities" --ambient-caps="-all$capabilities" "$@"
