# shellcheck shell=bash
# Loads every part, in the order in which they need each other. Sourced.

cluster_scripts="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
for part in common processes packages kubernetes-binaries kubernetes-build consul-binary \
  images mounts network pki control-plane dns nodes cluster kind; do
  # shellcheck source=/dev/null
  . "$cluster_scripts/lib/$part.sh"
done
unset part
