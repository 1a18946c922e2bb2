#!/bin/sh
# Lets another version of the agent run: whole or not at all, and back when it does not start.
#
#   switch.sh FOLDER NEW RESTART...
#
# FOLDER/anju is a link to the version that runs, NEW the folder of the other, RESTART what starts the agent anew
# and fails when it does not come up. A power cut leaves one version or the other. The one before is kept.
set -eu

folder=$1 new=$2
shift 2
link=$folder/anju before=''

point_to() {
    ln -sfn "$1" "$link.next"
    mv -T "$link.next" "$link"
}

if ! "$new/bin/anju-agent" --version >/dev/null; then
    echo "switch.sh: $new is not whole; nothing was changed." >&2
    exit 1
fi
if [ -L "$link" ]; then
    before=$(readlink "$link")
elif [ -d "$link" ]; then
    before=$folder/anju-first
    mv "$link" "$before"
fi
point_to "$new"
if ! "$@"; then
    if [ -n "$before" ]; then
        point_to "$before"
        "$@" || true
        echo "switch.sh: the new version did not start; the one before runs again." >&2
    fi
    exit 1
fi
for old in "$folder"/anju-*; do
    case $old in
        "$new" | "$before") ;;
        *) rm -rf "$old" ;;
    esac
done
