# shellcheck shell=bash
# What every script of the test cluster needs: where things are kept, how to
# speak, how to wait. Sourced, never run.

# Standard output belongs to the answer (the kubeconfig's path), so that
# KUBECONFIG=$(tests/cluster/up.sh) works: whatever is said goes to standard error.
say() {
  printf '[cluster] %s\n' "$*" >&2
}

fail() {
  printf '[cluster] error: %s\n' "$*" >&2
  exit 1
}

# The cache outlives the cluster (binaries, image archives); the state is one
# cluster's life (sockets, data, process records) and is gone after down.sh.
cache_directory="${CONSULPETS_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/consulpets}"
state_directory="${CONSULPETS_CLUSTER_STATE:-/var/lib/consulpets-cluster}"

admin_kubeconfig="$state_directory/admin.kubeconfig"
pki_directory="$state_directory/pki"
log_directory="$state_directory/logs"

# A private range of this cluster's own. Nothing in it is routed off the machine.
node_bridge="cpets-nodes"
pod_bridge="cpets-pods"
node_address_prefix="10.89.0"
dns_address="$node_address_prefix.53"
pod_network="10.244.0.0/16"
pod_gateway="10.244.0.1"
service_network="10.96.0.0/16"
kubernetes_service_address="10.96.0.1"
cluster_domain="cluster.local"
api_server_port=6443

# kube-controller-manager's host-path provisioner has this path built in.
provisioned_volumes="/tmp/hostpath_pv"

node_name() { printf 'node-%s' "$1"; }
node_address() { printf '%s.%s' "$node_address_prefix" "$1"; }
node_directory() { printf '%s/nodes/%s' "$state_directory" "$1"; }

require_root() {
  [ "$(id -u)" = 0 ] || fail "a cluster on this machine itself needs root: run this with sudo, or give a kubeconfig with --kubeconfig"
}

# A unix socket's path may have 107 bytes, and the longest below the state
# directory ends in /nodes/9/containerd/containerd.sock.ttrpc.
require_short_state_path() {
  [ "${#state_directory}" -le 60 ] || fail "the state directory's path is too long for unix sockets: $state_directory"
}

# wait_until SECONDS WHAT COMMAND...: polls COMMAND until it is true.
wait_until() {
  local seconds="$1" what="$2"
  shift 2
  local deadline=$((SECONDS + seconds))
  until "$@"; do
    [ "$SECONDS" -lt "$deadline" ] || {
      say "gave up after $seconds s waiting for $what"
      return 1
    }
    sleep 0.2
  done
}

admin_kubectl() {
  kubectl --kubeconfig "$admin_kubeconfig" "$@"
}

# accepts_option PROGRAM OPTION: whether this build of a Kubernetes program
# knows an option. Versions differ, and the programs refuse unknown options even
# when only asked for --help; deprecated options are accepted yet not listed there.
accepts_option() {
  "$1" "$2" --help >/dev/null 2>&1
}

# kubernetes_minor PROGRAM: 20 for Kubernetes v1.20.2.
kubernetes_minor() {
  "$1" --version | sed -E 's/^Kubernetes v1\.([0-9]+).*/\1/'
}

# One cluster a machine (its addresses are fixed), so one lock a machine: two
# runs at once would take each other's parts down. The processes that are
# started close descriptor 9, or they would hold the lock for ever.
take_cluster_lock() {
  mkdir -p "$cache_directory"
  exec 9>"$cache_directory/cluster.lock"
  flock -n 9 || {
    say "another run is at work on the cluster: waiting for it"
    flock 9
  }
}
