# shellcheck shell=bash
# etcd, the API server and the controllers. Sourced; needs common.sh,
# processes.sh, pki.sh and kubernetes-binaries.sh.

etcd_client_address="http://127.0.0.1:23790"
etcd_peer_address="http://127.0.0.1:23800"

start_etcd() {
  mkdir -m 700 "$state_directory/etcd"
  # The data lives no longer than the cluster, so nobody waits for the disk.
  start_process etcd etcd --name test --data-dir "$state_directory/etcd" --unsafe-no-fsync \
    --listen-client-urls "$etcd_client_address" --advertise-client-urls "$etcd_client_address" \
    --listen-peer-urls "$etcd_peer_address" --initial-advertise-peer-urls "$etcd_peer_address" \
    --initial-cluster "test=$etcd_peer_address" --logger zap
}

# Bound to all addresses: an API server can have one or all, and it is wanted both
# on 127.0.0.1 and, for pods, on the first node's address. A client certificate
# or a token is needed on any of them.
start_api_server() {
  local options=(
    --etcd-servers "$etcd_client_address"
    --bind-address 0.0.0.0 --secure-port "$api_server_port" --advertise-address "$(node_address 1)"
    --tls-cert-file "$pki_directory/api-server.crt" --tls-private-key-file "$pki_directory/api-server.key"
    --client-ca-file "$pki_directory/ca.crt"
    --authorization-mode 'Node,RBAC' --enable-admission-plugins NodeRestriction
    --service-account-issuer "https://kubernetes.default.svc.$cluster_domain"
    --service-account-key-file "$pki_directory/service-account.pub"
    --service-account-signing-key-file "$pki_directory/service-account.key"
    --service-cluster-ip-range "$service_network"
    --kubelet-client-certificate "$pki_directory/api-server-at-kubelet.crt"
    --kubelet-client-key "$pki_directory/api-server-at-kubelet.key"
    # By name, exec and logs would look for node-1 in the machine's DNS.
    --kubelet-preferred-address-types InternalIP
    --allow-privileged=true
    # A lost node's pods are given up after seconds, not after five minutes.
    --default-not-ready-toleration-seconds 15 --default-unreachable-toleration-seconds 15
  )
  start_process api-server "$kubernetes_binaries/kube-apiserver" "${options[@]}"
}

api_server_is_ready() {
  admin_kubectl --request-timeout=2s get --raw /readyz >/dev/null 2>&1
}

wait_for_api_server() {
  wait_until 60 "the API server" api_server_is_ready || {
    tail -n 15 "$log_directory/api-server.log" "$log_directory/etcd.log" >&2
    fail "the API server did not become ready"
  }
}

start_controller_manager() {
  local program="$kubernetes_binaries/kube-controller-manager" option
  local options=(
    --kubeconfig "$state_directory/controller-manager.kubeconfig" --leader-elect=false
    --bind-address 127.0.0.1 --use-service-account-credentials=true
    --service-account-private-key-file "$pki_directory/service-account.key" --root-ca-file "$pki_directory/ca.crt"
    --cluster-signing-cert-file "$pki_directory/ca.crt" --cluster-signing-key-file "$pki_directory/ca.key"
    --enable-hostpath-provisioner=true
    # Tests wait for these: be quick to see a change and slow to be throttled.
    --node-monitor-period 2s --node-monitor-grace-period 16s --pvclaimbinder-sync-period 2s
    --namespace-sync-period 20s --kube-api-qps 200 --kube-api-burst 400
  )
  # --port: the insecure one of old versions. The eviction timeout has given way
  # to the API server's toleration seconds.
  for option in --port=0 --pod-eviction-timeout=15s --node-startup-grace-period=20s \
    "--flex-volume-plugin-dir=$state_directory/volume-plugins"; do
    if accepts_option "$program" "$option"; then options+=("$option"); fi
  done
  start_inside volumes-mounts controller-manager "$program" "${options[@]}"
}

start_scheduler() {
  local program="$kubernetes_binaries/kube-scheduler"
  local options=(
    --kubeconfig "$state_directory/scheduler.kubeconfig" --leader-elect=false --bind-address 127.0.0.1
  )
  if accepts_option "$program" --port=0; then options+=(--port=0); fi
  start_process scheduler "$program" "${options[@]}"
}

# One for all nodes, which share the machine's network. Its conntrack limits are
# the machine's affair: 0 leaves them as they are.
start_proxy() {
  local program="$kubernetes_binaries/kube-proxy"
  [ -x "$program" ] || {
    say "no kube-proxy: ClusterIPs will not answer"
    return 0
  }
  start_process proxy "$program" --kubeconfig "$state_directory/proxy.kubeconfig" \
    --proxy-mode iptables --cluster-cidr "$pod_network" --hostname-override "$(node_name 1)" \
    --bind-address "$(node_address 1)" --healthz-bind-address 127.0.0.1:10256 --metrics-bind-address 127.0.0.1:10249 \
    --conntrack-max-per-core 0 --conntrack-tcp-timeout-established 0s --conntrack-tcp-timeout-close-wait 0s \
    --iptables-min-sync-period 100ms
}

create_control_plane_kubeconfigs() {
  write_kubeconfig controller-manager "$state_directory/controller-manager.kubeconfig"
  write_kubeconfig scheduler "$state_directory/scheduler.kubeconfig"
  write_kubeconfig proxy "$state_directory/proxy.kubeconfig"
}

# What a cluster has that the API server does not make by itself.
apply_cluster_objects() {
  admin_kubectl apply -f "$cluster_scripts/manifests/storage-class.yaml" >&2
}
