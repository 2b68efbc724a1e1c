#!/usr/bin/env bash
# Tells how the cluster is: exit code 0 when it is healthy, 1 when not.
set -euo pipefail

. "$(dirname "${BASH_SOURCE[0]}")/lib/all.sh"

print_processes() {
  local name
  for name in $(recorded_processes); do
    if is_running "$name"; then
      printf '  %-22s %s\n' "$name" "$(process_id "$name")"
    else
      printf '  %-22s ended\n' "$name"
    fi
  done
}

if kind_cluster_exists; then
  kubectl --kubeconfig "$kind_kubeconfig" get nodes
  kind_cluster_is_ready
  exit
fi

echo "state       $state_directory"
echo "kubeconfig  $admin_kubeconfig"
echo "processes"
print_processes
if api_server_is_ready; then admin_kubectl get nodes -o wide; fi
faults=$(cluster_faults)
if [ -n "$faults" ]; then
  printf '%s\n' "$faults"
  exit 1
fi
echo "healthy"
