# shellcheck shell=bash
# A node: containerd and kubelet with everything of their own. Sourced; needs
# common.sh, processes.sh, mounts.sh, pki.sh, images.sh and kubernetes-binaries.sh.

containerd_socket() { printf '%s/containerd/containerd.sock' "$(node_directory "$1")"; }

prepare_node() {
  local node="$1" directory
  directory=$(node_directory "$node")
  mkdir -p "$directory"/{containerd,cni,kubelet,registries/_default}
  # Nodes look at no resolver of the machine: traffic stays on it.
  : >"$directory/resolv.conf"
  create_node_certificate "$node"
  write_kubeconfig "kubelet-$node" "$directory/kubelet.kubeconfig"
  write_containerd_configuration "$node" >"$directory/containerd.toml"
  write_registry_configuration >"$directory/registries/_default/hosts.toml"
  write_pod_network_configuration "$node" >"$directory/cni/10-consulpets.conflist"
  write_kubelet_configuration "$node" >"$directory/kubelet.yaml"
}

start_containerd() {
  local node="$1"
  hold_node_mounts "$node"
  start_inside "node-mounts-$node" "containerd-$node" \
    containerd --config "$(node_directory "$node")/containerd.toml"
}

containerd_is_ready() {
  ctr --address "$(containerd_socket "$1")" version >/dev/null 2>&1
}

wait_for_containerd() {
  wait_until 30 "containerd of $(node_name "$1")" containerd_is_ready "$1" || {
    tail -n 15 "$log_directory/containerd-$1.log" >&2
    fail "containerd did not become ready"
  }
}

write_containerd_configuration() {
  local directory
  directory=$(node_directory "$1")
  cat <<END
version = 2
root = "$directory/containerd/root"
state = "$directory/containerd/state"
disabled_plugins = ["io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs",
  "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.devmapper"]

[grpc]
  address = "$(containerd_socket "$1")"

[plugins."io.containerd.internal.v1.opt"]
  path = "$directory/containerd/opt"

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "$pause_image"
  # Without CAP_SYS_RESOURCE (as in many sandboxes) runc cannot lower a score,
  # and dies of it.
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true

[plugins."io.containerd.grpc.v1.cri".registry]
  config_path = "$directory/registries"

[plugins."io.containerd.grpc.v1.cri".cni]
  bin_dir = "/usr/lib/cni"
  conf_dir = "$directory/cni"
END
}

# Every registry is a closed port of this machine: a pull fails at once and the
# same way everywhere, and no test depends on what some registry holds.
write_registry_configuration() {
  cat <<END
server = "http://127.0.0.1:1"

[host."http://127.0.0.1:1"]
  capabilities = ["pull", "resolve"]
END
}

# One bridge and one network for all nodes; each node gives out a part of it.
write_pod_network_configuration() {
  local prefix="${pod_network%.*.*}"
  cat <<END
{
  "cniVersion": "0.4.0",
  "name": "consulpets",
  "plugins": [
    {
      "type": "bridge",
      "bridge": "$pod_bridge",
      "isGateway": true,
      "hairpinMode": true,
      "ipam": {
        "type": "host-local",
        "dataDir": "$(node_directory "$1")/cni/addresses",
        "ranges": [[{
          "subnet": "$pod_network", "gateway": "$pod_gateway",
          "rangeStart": "$prefix.$1.2", "rangeEnd": "$prefix.$1.250"
        }]],
        "routes": [{"dst": "0.0.0.0/0"}]
      }
    },
    {"type": "portmap", "capabilities": {"portMappings": true}}
  ]
}
END
}

# Short intervals, as tests wait for what they report. Nothing is evicted and no
# image is removed: there is no registry to get it back from.
write_kubelet_configuration() {
  local address directory
  address=$(node_address "$1")
  directory=$(node_directory "$1")
  cat <<END
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: $address
healthzBindAddress: $address
authentication:
  anonymous: {enabled: false}
  webhook: {enabled: true}
  x509: {clientCAFile: $pki_directory/ca.crt}
authorization: {mode: Webhook}
clusterDomain: $cluster_domain
clusterDNS: [$dns_address]
resolvConf: $directory/resolv.conf
cgroupDriver: cgroupfs
cgroupsPerQOS: true
cgroupRoot: /$cluster_group_name/pods/$(node_name "$1")
enforceNodeAllocatable: []
failSwapOn: false
evictionHard: {}
imageGCHighThresholdPercent: 100
volumePluginDir: $directory/volume-plugins
makeIPTablesUtilChains: false
serializeImagePulls: false
syncFrequency: 10s
nodeStatusUpdateFrequency: 3s
nodeStatusReportFrequency: 15s
nodeLeaseDurationSeconds: 12
END
  write_version_dependent_settings "$1"
}

write_version_dependent_settings() {
  local minor
  minor=$(kubernetes_minor "$kubernetes_binaries/kubelet")
  # The successor of the command-line option of the same name.
  if [ "$minor" -ge 27 ]; then echo "containerRuntimeEndpoint: unix://$(containerd_socket "$1")"; fi
  # Newer ones want to be told that version 1 control groups are meant.
  if [ "$minor" -ge 31 ]; then echo "failCgroupV1: false"; fi
}

start_kubelet() {
  local node="$1" program="$kubernetes_binaries/kubelet" directory
  directory=$(node_directory "$node")
  local options=(
    --config "$directory/kubelet.yaml" --kubeconfig "$directory/kubelet.kubeconfig"
    --root-dir "$directory/kubelet" --cert-dir "$directory/kubelet/pki"
    --hostname-override "$(node_name "$node")" --node-ip "$(node_address "$node")"
  )
  # The first was needed while there was a choice, and is refused since there is none.
  local option
  for option in --container-runtime=remote "--container-runtime-endpoint=unix://$(containerd_socket "$node")"; do
    if accepts_option "$program" "$option"; then options+=("$option"); fi
  done
  # The old versions look for Amazon's metadata service; nothing may leave the machine.
  start_inside "node-mounts-$node" "kubelet-$node" env AWS_EC2_METADATA_DISABLED=true "$program" "${options[@]}"
}

# all_nodes_are_ready COUNT
all_nodes_are_ready() {
  [ "$(admin_kubectl --request-timeout=2s get nodes -o json 2>/dev/null |
    jq '[.items[] | select(any(.status.conditions[]; .type == "Ready" and .status == "True"))] | length')" = "$1" ]
}

wait_for_nodes() {
  wait_until 60 "the nodes" all_nodes_are_ready "$1" || {
    tail -n 5 "$log_directory"/kubelet-*.log >&2
    fail "not all nodes became ready"
  }
}
