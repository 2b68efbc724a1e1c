# shellcheck shell=bash
# The same cluster by way of kind, where Docker is at hand. Sourced; needs
# common.sh, consul-binary.sh and images.sh.

kind_cluster_name="consulpets-test"
kind_kubeconfig="$cache_directory/kind.kubeconfig"

kind_is_usable() {
  command -v kind >/dev/null && command -v docker >/dev/null && timeout 20 docker info >/dev/null 2>&1
}

kind_cluster_exists() {
  command -v kind >/dev/null && kind get clusters 2>/dev/null | grep -qx "$kind_cluster_name"
}

kind_cluster_is_ready() {
  kind_cluster_exists && [ -f "$kind_kubeconfig" ] &&
    kubectl --kubeconfig "$kind_kubeconfig" --request-timeout=3s get --raw /readyz >/dev/null 2>&1
}

bring_up_kind() {
  take_cluster_lock
  if kind_cluster_is_ready; then
    say "the kind cluster is up already"
    return 0
  fi
  install_packages busybox-static ca-certificates curl gcc jq libc6-dev
  find_consul_binary "$consul_option"
  build_images
  tear_down_kind
  say "bringing up a cluster of $node_count nodes with kind"
  write_kind_configuration |
    kind create cluster --name "$kind_cluster_name" --kubeconfig "$kind_kubeconfig" --wait 180s --config - >&2 9>&-
  local archive
  for archive in "$image_archives"/{busybox,consul}.tar; do
    kind load image-archive --name "$kind_cluster_name" "$archive" >&2
  done
}

write_kind_configuration() {
  local node
  printf 'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes:\n- role: control-plane\n'
  for node in $(seq "$node_count"); do printf -- '- role: worker  # %s\n' "$node"; done
}

tear_down_kind() {
  if kind_cluster_exists; then kind delete cluster --name "$kind_cluster_name" >&2; fi
  rm -f "$kind_kubeconfig"
}
