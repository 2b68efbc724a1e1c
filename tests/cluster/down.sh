#!/usr/bin/env bash
# Ends the cluster that up.sh has brought up, also when half of it has crashed,
# and checks that nothing of it is left. The cache stays.
set -euo pipefail

. "$(dirname "${BASH_SOURCE[0]}")/lib/all.sh"

take_cluster_lock
if kind_cluster_exists; then
  tear_down_kind
  [ -e "$state_directory" ] || exit 0
fi
require_root
tear_down_cluster
leftovers=$(cluster_leftovers)
if [ -n "$leftovers" ]; then
  printf '%s\n' "$leftovers" >&2
  fail "this is left of the cluster"
fi
say "the cluster is down, and nothing is left of it"
