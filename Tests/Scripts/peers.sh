#!/usr/bin/env bash
# Installs the Python programs of PyPI that some tests compare with to .tools/python; nothing on a second run.
# Without them those tests say that they skip.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# Pinned, so that a failure is ours.
packages=(websockets==15.0.1 websocket-client==1.8.0 pandas==2.2.3 duckdb==1.2.2 polars==1.33.1)
folder=.tools/python
stamp=$folder/installed

[ "$(cat "$stamp" 2>/dev/null)" != "${packages[*]}" ] || exit 0
echo "peers: fetching ${packages[*]} to $folder"
rm -rf "$folder"
python3 -m venv "$folder" || {
    echo "peers: python3 makes no virtual environment here: apt-get install python3-venv" >&2
    exit 1
}
"$folder/bin/python3" -m pip install --quiet --disable-pip-version-check --only-binary :all: "${packages[@]}" || {
    echo "peers: pip could not install them: check the network" >&2
    exit 1
}
echo "${packages[*]}" >"$stamp"
