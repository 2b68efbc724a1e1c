# shellcheck shell=bash
# The cluster's DNS: dnsmasq with two hosts files that follow the API. Debian has
# no CoreDNS. Names of services, of headless services' pods and of pods with a
# hostname are answered; SRV records are not. Sourced; needs common.sh, processes.sh.

dns_directory="$state_directory/dns"

start_dns() {
  local resource
  mkdir -p "$dns_directory"
  # No upstream: what the cluster does not know does not exist. An answer at once
  # is what keeps a pod's search list quick.
  start_process dns dnsmasq --conf-file=/dev/null --keep-in-foreground --log-facility=- --pid-file= --user=root \
    --bind-interfaces --listen-address="$dns_address" --no-resolv --no-hosts --no-poll \
    --local='/#/' --local-ttl=1 --cache-size=10000 \
    --addn-hosts="$dns_directory/endpoints" --addn-hosts="$dns_directory/services"
  for resource in endpoints services; do
    touch "$dns_directory/$resource"
    start_process "dns-$resource" bash "$cluster_scripts/watchers/dns-records.sh" "$admin_kubeconfig" \
      "$resource" "$cluster_domain" "$dns_directory/$resource" "$process_records/dns"
  done
}

# The kubernetes service's name is there from the beginning; its answer shows that
# dnsmasq runs and that the records follow the API.
dns_answers() {
  busybox nslookup "kubernetes.default.svc.$cluster_domain" "$dns_address" 2>/dev/null |
    grep -q "$kubernetes_service_address"
}
