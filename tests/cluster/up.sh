#!/usr/bin/env bash
# Brings up a real Kubernetes for tests. The last line of standard output is the
# path of a kubeconfig; everything else goes to standard error. Harmless when the
# cluster is up already. See README.md beside this file.
set -euo pipefail

. "$(dirname "${BASH_SOURCE[0]}")/lib/all.sh"

usage() {
  cat >&2 <<'END'
usage: up.sh [--nodes N] [--kube-bin FOLDER] [--consul FILE] [--kubeconfig FILE]
  --nodes N           nodes of the cluster, 1 to 9 (3)
  --kube-bin FOLDER   Kubernetes programs to run, of any version from 1.20 on
  --consul FILE       the consul program for the images
  --kubeconfig FILE   use this cluster instead, only checking that it answers
END
  exit 2
}

node_count=3
kube_bin_option=""
consul_option=""
kubeconfig_option="${CONSULPETS_TEST_KUBECONFIG:-}"
image_imports=()

read_options() {
  while [ $# -gt 0 ]; do
    [ $# -ge 2 ] || usage
    case "$1" in
      --nodes) node_count="$2" ;;
      --kube-bin) kube_bin_option="$2" ;;
      --consul) consul_option="$2" ;;
      --kubeconfig) kubeconfig_option="$2" ;;
      *) usage ;;
    esac
    shift 2
  done
  [[ "$node_count" =~ ^[1-9]$ ]] || usage
}

use_given_cluster() {
  [ -f "$1" ] || fail "there is no kubeconfig at $1"
  kubectl --kubeconfig "$1" --request-timeout=10s get --raw /readyz >/dev/null ||
    fail "the cluster of $1 does not answer"
  realpath "$1"
}

# Half a cluster is not mended but made anew: that takes seconds, and no test can
# rely on what is left of one.
use_own_cluster() {
  require_root
  require_short_state_path
  take_cluster_lock
  umask 022
  find_kubernetes_binaries "$kube_bin_option"
  find_consul_binary "$consul_option"
  if command -v kubectl >/dev/null && has_these_parameters && cluster_is_healthy; then
    say "the cluster is up already"
  else
    install_packages "${cluster_packages[@]}"
    provide_kubectl
    build_images
    tear_down_cluster
    bring_up_cluster
  fi
  # Whoever called sudo is the one who wants to use it.
  if [ -n "${SUDO_UID:-}" ]; then chown "$SUDO_UID" "$admin_kubeconfig"; fi
  echo "$admin_kubeconfig"
}

read_options "$@"
if [ -n "$kubeconfig_option" ]; then
  use_given_cluster "$kubeconfig_option"
elif [ -z "$kube_bin_option" ] && kind_is_usable; then
  bring_up_kind
  echo "$kind_kubeconfig"
else
  use_own_cluster
fi
