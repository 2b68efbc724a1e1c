#!/usr/bin/env bash
# hold-mounts.sh READY SOURCE:TARGET...: in a mount namespace of its own, binds
# each source to its target, creates READY, and keeps the namespace alive.
set -euo pipefail

ready="$1"
shift
for bind in "$@"; do
  mount --bind "${bind%%:*}" "${bind#*:}"
done
# Pods may ask for mounts that propagate, which needs a shared tree; shared among
# this namespace's children only, as the namespace itself is a slave of the machine's.
mount --make-rshared /
touch "$ready"
exec sleep infinity
