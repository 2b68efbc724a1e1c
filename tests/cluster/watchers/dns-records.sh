#!/usr/bin/env bash
# dns-records.sh KUBECONFIG RESOURCE DOMAIN FILE PROCESS_RECORD: keeps FILE, a hosts
# file, as the cluster's services or endpoints want it, and tells dnsmasq (whose
# process id is in PROCESS_RECORD) to read it again after each change.
set -euo pipefail

kubeconfig="$1" resource="$2" domain="$3" hosts_file="$4" process_record="$5"
filters="$(dirname "${BASH_SOURCE[0]}")"

# A watch without a resource version first tells of everything there is. The
# filter prints the whole file after each event, as one line with ";" for newline.
watch_records() {
  kubectl --kubeconfig "$kubeconfig" get --raw "/api/v1/$resource?watch=true" |
    jq --unbuffered --raw-output --null-input --arg domain "$domain" --from-file "$filters/$resource.jq"
}

publish() {
  printf '%s\n' "${1//;/$'\n'}" >"$hosts_file.new"
  mv "$hosts_file.new" "$hosts_file"
  local process
  read -r process _ <"$process_record" && kill -HUP "$process"
}

# Events come in bursts: only the last line of a burst is published, so a watch
# that begins anew does not publish half of what there is. A read that times out
# may have got part of a line, which is kept for the next read.
publish_latest() {
  local piece part="" latest="" fresh=no status
  while true; do
    status=0
    if [ "$fresh" = yes ]; then
      IFS= read -r -t 0.05 piece || status=$?
    else
      IFS= read -r piece || status=$?
    fi
    if [ "$status" = 0 ]; then
      latest="$part$piece" part="" fresh=yes
    elif [ "$status" -gt 128 ]; then
      part+="$piece"
      if [ -z "$part" ]; then
        publish "$latest" || true
        fresh=no
      fi
    else
      return 0
    fi
  done
}

# The API server ends every watch after a while; and it may be away.
while true; do
  watch_records | publish_latest || true
  sleep 0.5
done
