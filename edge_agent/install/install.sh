#!/bin/sh
# Sets up a Raspberry Pi (64-bit Raspberry Pi OS, or Debian 12 and newer) as a home's edge agent: Mosquitto,
# Zigbee2MQTT's safe settings, the agent and its service. Safe to repeat: what is there stays, what changed is
# brought up to date, and your own settings are never touched.
set -eu

usage() {
    cat <<'USAGE'
Usage: sudo sh install.sh [--dry-run] [--root DIR] [--package WHAT] [--network-sensors]

  --dry-run        say what would be done, and do nothing
  --root DIR       write the files below DIR and touch nothing else (no packages, users or services)
  --package WHAT   what pip installs: this copy of the repository by default, or anju[edge]==VERSION
  --network-sensors
                   also let sensors of the home's network in (ESPHome, Shelly, Tasmota), each by a password
USAGE
}

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root='' dry='' package='' network=''
while [ $# -gt 0 ]; do
    case $1 in
        --dry-run) dry=yes ;;
        --root) [ $# -ge 2 ] || { usage >&2; exit 2; }; root=$2; shift ;;
        --package) [ $# -ge 2 ] || { usage >&2; exit 2; }; package=$2; shift ;;
        --network-sensors) network=yes ;;
        -h | --help) usage; exit 0 ;;
        *) echo "install.sh: '$1' is not known." >&2; usage >&2; exit 2 ;;
    esac
    shift
done

say() { printf '%s\n' "$*"; }
fail() { printf 'install.sh: %s\n' "$*" >&2; exit 1; }

# Does something to the machine itself: only for real, and not below a --root.
run() {
    if [ -n "$dry" ]; then
        say "would run: $*"
    elif [ -z "$root" ]; then
        "$@" || fail "this did not work: $*"
    fi
}

# Puts a file in its place unless it is there already; sets 'changed'.
put() { # SOURCE DESTINATION MODE
    target=$root$2
    if [ -f "$target" ] && cmp -s "$1" "$target"; then
        say "as it should be: $2"
        return 0
    fi
    changed=yes
    if [ -n "$dry" ]; then
        say "would write: $2"
        return 0
    fi
    mkdir -p "$(dirname -- "$target")" || fail "cannot make the folder of $target"
    if [ -f "$target" ]; then
        cp -p "$target" "$target.before"
    fi
    install -m "$3" "$1" "$target.new" || fail "cannot write $target"
    mv "$target.new" "$target"
    say "written: $2"
}

# Puts a file in its place only where there is none: it is somebody's own from then on.
put_once() { # SOURCE DESTINATION MODE
    if [ -e "$root$2" ]; then
        say "kept, it is yours: $2"
    else
        put "$1" "$2" "$3"
    fi
}

# Nothing is started anew while somebody may need help: the agent says so by this file.
wait_until_calm() {
    [ -z "$dry" ] || return 0
    [ ! -e "$root/run/anju-agent/trouble" ] ||
        say "Somebody may need help here just now: nothing is started anew before that is over. Waiting ..."
    while [ -e "$root/run/anju-agent/trouble" ]; do
        sleep 1
    done
}

has_group() { getent group "$1" >/dev/null 2>&1; }

if [ -z "$root" ] && [ -z "$dry" ]; then
    [ "$(id -u)" = 0 ] || fail "call it with sudo."
    command -v apt-get >/dev/null || fail "this is for Raspberry Pi OS and Debian: there is no apt-get here."
fi
case $(uname -m) in
    aarch64 | x86_64) ;;
    *) fail "this machine is $(uname -m): install the 64-bit Raspberry Pi OS." ;;
esac
if command -v python3 >/dev/null; then
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        fail "Python is $(python3 -V 2>&1): 3.11 or newer is needed, so install Raspberry Pi OS of 2023 or later."
fi
if [ -z "$package" ]; then
    source_folder=$(CDPATH='' cd -- "$here/../.." && pwd)
    [ -f "$source_folder/pyproject.toml" ] || fail "name what to install: --package 'anju[edge]'"
    package="${source_folder}[edge]"
fi

say "1. Programs"
run apt-get update -q
run env DEBIAN_FRONTEND=noninteractive apt-get install -q -y mosquitto python3-venv espeak-ng
# A folder of its own for each version: the one that runs is not touched.
version=/opt/anju-$(date +%Y%m%d-%H%M%S)
run python3 -m venv "$version"
run "$version/bin/python" -m pip install --quiet --disable-pip-version-check "$package"

say "2. The agent's own user and folder"
if [ -n "$root" ] || ! getent passwd anju-agent >/dev/null; then
    run adduser --system --group --no-create-home --home /var/lib/anju-agent anju-agent
fi
run install -d -o anju-agent -g anju-agent -m 0750 /etc/anju

say "3. The broker in the home"
changed=''
put "$here/mosquitto.conf" /etc/mosquitto/conf.d/anju.conf 0644
if [ -n "$network" ] || [ -f "$root/etc/mosquitto/conf.d/anju.network.conf" ]; then
    put_once /dev/null /etc/mosquitto/anju.passwd 0640
    put "$here/mosquitto-network.acl" /etc/mosquitto/anju.acl 0640
    run chown root:mosquitto /etc/mosquitto/anju.passwd /etc/mosquitto/anju.acl
    put "$here/mosquitto-network.conf" /etc/mosquitto/conf.d/anju.network.conf 0644
    say "A sensor gets its password by: sudo mosquitto_passwd /etc/mosquitto/anju.passwd NAME"
fi
if [ -n "$changed" ]; then
    wait_until_calm
    run systemctl restart mosquitto
fi
run systemctl enable mosquitto

say "4. Zigbee2MQTT's settings"
if [ -d "$root/opt/zigbee2mqtt" ]; then
    put_once "$here/zigbee2mqtt.yaml" /opt/zigbee2mqtt/data/configuration.yaml 0600
    put "$here/zigbee2mqtt-order.conf" /etc/systemd/system/zigbee2mqtt.service.d/anju.conf 0644
else
    put "$here/zigbee2mqtt.yaml" /etc/anju/zigbee2mqtt.yaml 0644
    say "Zigbee2MQTT is not in /opt/zigbee2mqtt yet: install it there as its own page says, call this again,"
    say "or take /etc/anju/zigbee2mqtt.yaml as its data/configuration.yaml."
fi

say "5. The agent's service"
changed=''
put "$here/journald.conf" /etc/systemd/journald.conf.d/anju.conf 0644
if [ -n "$changed" ]; then
    run systemctl restart systemd-journald
fi
put "$here/anju-agent.service" /etc/systemd/system/anju-agent.service 0644
for group in gpio audio; do
    if has_group "$group"; then
        put "$here/$group.conf" "/etc/systemd/system/anju-agent.service.d/$group.conf" 0644
    fi
done
run systemctl daemon-reload
run systemctl enable anju-agent
if [ -f "$root/etc/anju/agent.toml" ]; then
    wait_until_calm
    run sh "$here/switch.sh" /opt "$version" systemctl restart anju-agent
    said="What may still be wrong says: sudo anju-agent doctor --config /etc/anju/agent.toml"
else
    run sh "$here/switch.sh" /opt "$version" true
    said="Now pair it, with the code that the hub shows: sudo anju-agent pair URL CODE"
fi
run ln -sf /opt/anju/bin/anju-agent /usr/local/bin/anju-agent
say "Done. $said"
