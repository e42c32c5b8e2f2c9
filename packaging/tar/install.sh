#!/bin/sh
# Installs NodeTelemetry on a system without packages for it. Run it from the unpacked archive, as root:
#   ./install.sh             the agent; also: ./install.sh collector, ./install.sh agent collector
#   ./install.sh --uninstall the agent, or what is named; --purge removes configuration and data, too
# DESTDIR=/some/root installs below another root, without starting anything.
set -eu
umask 022

here=$(cd "$(dirname "$0")" && pwd)
root=${DESTDIR:-}
mode=install
programs=

fail() { echo "install.sh: $1" >&2; exit "${2:-1}"; }

for word; do
  case $word in
  agent|collector) programs="$programs $word" ;;
  --uninstall) mode=uninstall ;;
  --purge) mode=purge ;;
  --help|-h) sed -n '2,5s/^# *//p' "$0"; exit 0 ;;
  *) fail "$word: not known; there are agent, collector, --uninstall, --purge, --help" 64 ;;
  esac
done
programs=${programs:-agent}
[ -n "$root" ] || [ "$(id -u)" = 0 ] || fail "only root can install; run: sudo ./install.sh$programs"

# Whether the running system is the one that is changed, and has systemd.
is_live() { [ -z "$root" ] && [ -d /run/systemd/system ]; }

# The kind of machine, as in the names of folders here. A 64-bit board may have 32-bit programs.
find_machine() {
  case $(uname -m) in
  x86_64|amd64) echo x64 ;;
  aarch64|arm64)
    if [ -d "$here/armel" ] && [ ! -e "$root/lib/ld-linux-aarch64.so.1" ]; then echo armel; else echo arm64; fi ;;
  armv*) echo armel ;;
  *) uname -m ;;
  esac
}

# The kernel's word does not count: Raspberry Pi OS may have 32-bit programs on a 64-bit kernel. And glibc may be too old.
check_system() {
  case $machine in
  x64) loader=/lib64/ld-linux-x86-64.so.2 ;;
  armel) loader= ;; # it has its own
  *) loader=/lib/ld-linux-aarch64.so.1 ;;
  esac
  [ -e "$root$loader" ] || fail "this system has no $loader: it is a 32-bit system on a 64-bit kernel, or has no glibc"
  for program in $programs; do
    [ -z "$root" ] || continue
    for file in "$here/$machine/$program/usr/bin/"* "$here/$machine/$program/usr/lib/nodetelemetry/$program/nodetelemetry-$program"; do
      if [ ! -f "$file" ] || [ -L "$file" ]; then continue; fi
      output=$("$file" --version 2>&1) || fail "the $program does not run on this system: $output"
    done
  done
}

check_files() {
  command -v sha256sum >/dev/null || fail 'sha256sum is missing; it is part of coreutils'
  (cd "$here" && sha256sum --quiet -c SHA256SUMS) || fail 'a file is damaged; download the archive again'
}

install_program() {
  name=nodetelemetry-$1
  for folder in "$here/$machine/$1" "$here/any/$1"; do
    (cd "$folder" && find . ! -type d) | while IFS= read -r file; do
      target=$root/${file#./}
      mkdir -p "$(dirname "$target")"
      case $file in
      # What an administrator may have changed stays.
      ./etc/*) [ ! -e "$target" ] || continue ;;
      esac
      # A running program is replaced, not overwritten.
      rm -f "$target.new"
      cp -P "$folder/$file" "$target.new"
      mv -f "$target.new" "$target"
      ! command -v restorecon >/dev/null || restorecon "$target"
    done
  done
  if ! is_live; then
    echo "$name is installed. There is no systemd here to start it: $name run"
    return
  fi
  if [ -f "/etc/systemd/system/$name.service" ] && [ ! -L "/etc/systemd/system/$name.service" ]; then
    echo "install.sh: /etc/systemd/system/$name.service, from an installation by hand, hides the new unit; remove it" >&2
  fi
  [ "$1" != agent ] || systemd-sysusers "$name.conf"
  systemd-tmpfiles --create "$name.conf"
  systemctl daemon-reload
  systemctl --quiet enable "$name"
  systemctl restart "$name" || fail "the service does not start; see: journalctl -u $name"
  echo "$name is installed and runs; its options: man $name"
}

uninstall_program() {
  name=nodetelemetry-$1
  ! is_live || systemctl --quiet disable --now "$name" 2>/dev/null || true
  for folder in "$here/$machine/$1" "$here/any/$1"; do
    (cd "$folder" && find . ! -type d) | while IFS= read -r file; do
      case $file in
      ./etc/*) [ "$mode" = purge ] || continue ;;
      esac
      rm -f "$root/${file#./}"
    done
  done
  for folder in "usr/lib/nodetelemetry/$1" "usr/lib/systemd/system/$name.service.d" "usr/share/doc/$name/licenses"; do
    [ ! -d "$root/$folder" ] || find "$root/$folder" -depth -type d -exec rmdir {} + 2>/dev/null || true
  done
  rmdir "$root/usr/lib/nodetelemetry" "$root/usr/share/doc/$name" 2>/dev/null || true
  if [ "$mode" = purge ]; then
    case $1 in
    agent) rm -rf "$root/var/lib/nodetelemetry-agent" "$root/etc/default/nodetelemetry-agent" ;;
    collector) rm -rf "$root/var/lib/nodetelemetry" "$root/var/lib/private/nodetelemetry" ;;
    esac
    rmdir "$root/etc/nodetelemetry" 2>/dev/null || true
  fi
  ! is_live || systemctl daemon-reload
  echo "$name is removed."
}

machine=$(find_machine)
[ -d "$here/$machine" ] || fail "this archive has nothing for this kind of machine ($(uname -m))"
for program in $programs; do
  [ -d "$here/$machine/$program" ] || fail "this archive has no $program for this kind of machine ($(uname -m), $machine)"
done
if [ -e "$root/var/lib/dpkg/info/nodetelemetry-agent.list" ] || [ -e "$root/var/lib/dpkg/info/nodetelemetry-collector.list" ]; then
  fail 'NodeTelemetry is installed as a Debian package; use apt'
fi
if [ "$mode" = install ]; then
  check_files
  check_system
fi
for program in $programs; do
  case $mode in
  install) install_program "$program" ;;
  *) uninstall_program "$program" ;;
  esac
done
