#!/usr/bin/env bash
# volume-permissions.sh KUBECONFIG FOLDER: lets every user write to the dynamic
# volumes, which are folders in FOLDER. The controller manager makes them for root
# only, and fsGroup, which would help elsewhere, does not apply to host paths.
set -euo pipefail

kubeconfig="$1" folder="$2"

# The folder is made before its PersistentVolume, so each event finds it there,
# well before a pod with that volume is even scheduled.
watch_volumes() {
  kubectl --kubeconfig "$kubeconfig" get --raw "/api/v1/persistentvolumes?watch=true" |
    jq --unbuffered --raw-output 'select(.type == "ADDED") | .object.spec.hostPath.path // empty'
}

while true; do
  watch_volumes | while read -r path; do
    chmod 0777 "$folder/$(basename "$path")" || true
  done || true
  sleep 0.5
done
