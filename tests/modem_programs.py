"""A GSM modem without one: programs that behave as `mmcli` and `gdbus monitor` do, led by files.

`story` holds the states of the call, one a look, the last of which stays; `key` presses a key as soon as the
call is answered, `reason` says why it ended, `cannot-start` that there is no network; `orders` keeps what was
asked for.
"""

from __future__ import annotations

from pathlib import Path

#: Behaves as ModemManager's mmcli 1.20 does: a call is made, started, watched as JSON, hung up and deleted.
#: What happens to it is told by `story` in its folder, a state a line; the last one stays.
MMCLI = """#!/bin/sh
cd "{folder}" || exit 1
echo "$@" >> orders
case "$*" in
  *--voice-create-call=*) echo "Successfully created new call: /org/freedesktop/ModemManager1/Call/7" ;;
  *--start) [ -e cannot-start ] && {{ echo "error: couldn't start the call" >&2; exit 1; }}
            echo "successfully started the call" ;;
  *-J) state=$(head -n 1 story); [ "$(wc -l < story)" -gt 1 ] && sed -i 1d story
       [ "$state" = "active" ] && [ -e key ] && mv key pressed
       reason=$(cat reason 2>/dev/null || echo terminated)
       echo "{{\\"call\\":{{\\"dbus-path\\":\\"/org/freedesktop/ModemManager1/Call/7\\",\\"properties\\":{{"
       echo "\\"direction\\":\\"outgoing\\","
       echo "\\"state\\":\\"$state\\",\\"state-reason\\":\\"$reason\\"}}}}}}" ;;
  *--hangup|*--voice-delete-call=*) echo "successfully done" ;;
  *) echo "error: unknown option $*" >&2; exit 1 ;;
esac
"""
GDBUS = """#!/bin/sh
cd "{folder}" || exit 1
echo "Monitoring signals on object $6 owned by $4"
for _ in $(seq 200); do
  if [ -e pressed ]; then
    echo "/org/freedesktop/ModemManager1/Call/7: org.freedesktop.ModemManager1.Call.DtmfReceived ('1',)"
    rm pressed
  fi
  sleep 0.01
done
"""


def install(folder: Path) -> None:
    """Put the programs into a folder that is then to be on the path."""
    for name, text in (("mmcli", MMCLI), ("gdbus", GDBUS)):
        program = folder / name
        program.write_text(text.format(folder=folder), "utf-8")
        program.chmod(0o755)
