# shellcheck shell=bash
# The cluster on this machine as a whole: bringing it up, judging it, ending it.
# Sourced after all the others.

parameters_record="$state_directory/parameters"

cluster_parameters() {
  printf 'nodes=%s\nkubernetes=%s\nconsul=%s\n' "$node_count" "$kubernetes_binaries" "$consul_binary"
}

recorded_node_count() {
  sed -n 's/^nodes=//p' "$parameters_record" 2>/dev/null
}

# The programs are part of what was asked for: a cluster of other ones is another.
has_these_parameters() {
  [ -f "$parameters_record" ] && [ "$(cat "$parameters_record")" = "$(cluster_parameters)" ]
}

cluster_is_healthy() {
  [ -z "$(cluster_faults)" ]
}

# One line for each thing that is wrong; none when all is well.
cluster_faults() {
  local name
  [ -f "$parameters_record" ] || {
    echo "no cluster has been brought up completely in $state_directory"
    return 0
  }
  for name in $(recorded_processes); do
    is_running "$name" || echo "$name does not run"
  done
  api_server_is_ready || {
    echo "the API server is not ready"
    return 0
  }
  all_nodes_are_ready "$(recorded_node_count)" || echo "not all of $(recorded_node_count) nodes are ready"
  dns_answers || echo "DNS does not answer"
}

bring_up_cluster() {
  local began=$SECONDS
  mkdir -p "$state_directory" "$log_directory"
  refuse_foreign_processes
  create_control_groups "$node_count"
  create_network "$node_count"
  create_pki
  write_kubeconfig admin "$admin_kubeconfig"
  create_control_plane_kubeconfigs
  hold_volume_mounts
  start_etcd
  start_api_server
  start_nodes
  wait_for_api_server
  say "the API server is ready after $((SECONDS - began)) s"
  start_controllers
  apply_cluster_objects
  wait_for_images
  wait_for_nodes "$node_count"
  say "$node_count nodes are ready after $((SECONDS - began)) s"
  wait_until 30 "DNS" dns_answers || fail "DNS does not answer: see $log_directory/dns.log"
  wait_until 30 "the default service account" default_account_is_there || fail "no service accounts are made"
  cluster_parameters >"$parameters_record"
  say "the cluster is up after $((SECONDS - began)) s"
}

# The ports are fixed. Somebody else's API server on ours would be talked to.
refuse_foreign_processes() {
  local port
  for port in "$api_server_port" "${etcd_client_address##*:}"; do
    if ss -Hltn "sport = :$port" | grep -q .; then
      fail "port $port is taken by another program (not by this cluster): end that first"
    fi
  done
}

# All at once with the API server: an old kubelet spends its first five seconds
# looking for Docker, and importing images takes as long.
start_nodes() {
  local node
  for node in $(seq "$node_count"); do
    prepare_node "$node"
    start_containerd "$node"
  done
  for node in $(seq "$node_count"); do
    wait_for_containerd "$node"
    start_kubelet "$node"
    import_images "$(containerd_socket "$node")" 9>&- &
    image_imports+=("$!")
  done
}

wait_for_images() {
  local import
  for import in "${image_imports[@]}"; do
    wait "$import" || fail "the images could not be imported"
  done
}

start_controllers() {
  start_controller_manager
  start_scheduler
  start_proxy
  start_dns
  start_process volume-permissions bash "$cluster_scripts/watchers/volume-permissions.sh" \
    "$admin_kubeconfig" "$state_directory/volumes"
}

default_account_is_there() {
  admin_kubectl get serviceaccount default >/dev/null 2>&1
}

# Nobody is asked politely, as all data goes away with the cluster. The daemons go
# first, so that none starts anew what is being ended.
tear_down_cluster() {
  local name
  for name in $(recorded_processes); do
    kill_process "$name"
  done
  kill_cluster_processes || say "some processes would not end"
  remove_network
  unmount_leftovers
  remove_control_groups
  remove_mount_points
  if [ -z "$(leftover_mounts)" ]; then rm -rf "$state_directory"; fi
}

# What is still there of the cluster, one line each; nothing after a clean end.
cluster_leftovers() {
  local pid root
  for pid in $(cluster_process_ids); do
    echo "process $pid: $(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | cut -c1-120)"
  done
  leftover_mounts | sed 's/^/mount /'
  leftover_links | sed 's/^/network interface /'
  leftover_firewall_rules | sed 's/^/firewall rule /'
  for root in $(control_group_roots); do
    [ ! -d "$root/$cluster_group_name" ] || echo "control group $root/$cluster_group_name"
  done
  [ ! -e "$state_directory" ] || echo "folder $state_directory"
}
