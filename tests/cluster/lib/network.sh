# shellcheck shell=bash
# The machine's side of the network: bridges, addresses, kernel settings and
# firewall rules, and their removal. Sourced; needs common.sh.
#
# All nodes share the machine's network: each has an address on one bridge (a
# node's address may not be a loopback one, and a dummy device may not exist).
# All pods are on another bridge, so they reach each other without routes.

kernel_settings_record="$state_directory/kernel-settings"
firewall_chain="CONSULPETS-FORWARD"

create_network() {
  create_node_bridge "$1"
  create_pod_bridge
  save_kernel_settings
  # Replies between pods by way of a ClusterIP cross the bridge directly; the
  # firewall must see them to translate the address back.
  set_kernel_setting net.ipv4.ip_forward 1
  set_kernel_setting net.bridge.bridge-nf-call-iptables 1
  allow_forwarding
}

create_node_bridge() {
  local node
  ip link show "$node_bridge" >/dev/null 2>&1 || ip link add "$node_bridge" type bridge
  ip link set "$node_bridge" up
  for node in $(seq "$1"); do
    ip address replace "$(node_address "$node")/32" dev "$node_bridge"
  done
  ip address replace "$dns_address/32" dev "$node_bridge"
}

# The CNI plugin would make it, too, but three nodes starting their first pods at
# once would race.
create_pod_bridge() {
  ip link show "$pod_bridge" >/dev/null 2>&1 || ip link add "$pod_bridge" type bridge
  ip address replace "$pod_gateway/${pod_network#*/}" dev "$pod_bridge"
  ip link set "$pod_bridge" up
}

# The last two are kube-proxy's doing.
save_kernel_settings() {
  local setting
  [ ! -f "$kernel_settings_record" ] || return 0
  # Without this module the bridge setting is not there; it may also be built in.
  modprobe -q br_netfilter 2>/dev/null || true
  for setting in net.ipv4.ip_forward net.bridge.bridge-nf-call-iptables net.ipv4.conf.all.route_localnet; do
    if [ -r "$(kernel_setting_file "$setting")" ]; then
      echo "$setting $(cat "$(kernel_setting_file "$setting")")"
    fi
  done >"$kernel_settings_record"
}

kernel_setting_file() { echo "/proc/sys/${1//.//}"; }

set_kernel_setting() {
  local file
  file=$(kernel_setting_file "$1")
  if [ -w "$file" ]; then echo "$2" >"$file"; fi
}

restore_kernel_settings() {
  local setting value
  [ -f "$kernel_settings_record" ] || return 0
  while read -r setting value; do
    set_kernel_setting "$setting" "$value"
  done <"$kernel_settings_record"
  rm -f "$kernel_settings_record"
}

# Where Docker is installed, forwarding is refused unless a rule allows it.
allow_forwarding() {
  iptables -w -n -L "$firewall_chain" >/dev/null 2>&1 || iptables -w -N "$firewall_chain"
  iptables -w -F "$firewall_chain"
  iptables -w -A "$firewall_chain" -i "$pod_bridge" -j ACCEPT
  iptables -w -A "$firewall_chain" -o "$pod_bridge" -j ACCEPT
  iptables -w -C FORWARD -j "$firewall_chain" 2>/dev/null || iptables -w -I FORWARD -j "$firewall_chain"
}

remove_network() {
  remove_pod_links
  local bridge
  for bridge in "$pod_bridge" "$node_bridge"; do
    ip link delete "$bridge" 2>/dev/null || true
  done
  remove_firewall_rules
  restore_kernel_settings
}

# A pod's network namespace ends with its last process, and its link with it;
# what is left on the bridge is one whose namespace somebody else still holds.
remove_pod_links() {
  local link
  for link in $(pod_links); do
    ip link delete "$link" 2>/dev/null || true
  done
}

pod_links() {
  ip -o link show master "$pod_bridge" 2>/dev/null | sed -E 's/^[0-9]+: ([^@:]+).*/\1/'
}

# kube-proxy's chains are all named KUBE-..., this file's has a name of its own.
own_chain_pattern="(KUBE-[A-Z0-9-]+|$firewall_chain)"

remove_firewall_rules() {
  local tool table
  for tool in iptables ip6tables; do
    command -v "$tool" >/dev/null || continue
    for table in nat filter mangle; do
      remove_rules_of_table "$tool" "$table" || true
    done
  done
}

# Three passes, as a chain that is still jumped to cannot be removed: the rules
# that other chains have for ours, then all of our chains' rules, then the chains.
remove_rules_of_table() {
  local tool="$1" table="$2" saved rule chain
  saved=$("$tool-save" -t "$table" 2>/dev/null) || return 0
  while read -r rule; do
    # xargs takes the quotes of comments apart as iptables-save put them.
    xargs "$tool" -w -t "$table" -D <<<"${rule#-A }" || true
  done < <(grep -E "^-A .* -j $own_chain_pattern( |\$)" <<<"$saved" | grep -vE "^-A $own_chain_pattern ")
  for chain in $(chains_of_table "$saved"); do "$tool" -w -t "$table" -F "$chain"; done
  for chain in $(chains_of_table "$saved"); do "$tool" -w -t "$table" -X "$chain"; done
}

chains_of_table() {
  sed -nE "s/^:$own_chain_pattern .*/\1/p" <<<"$1"
}

leftover_firewall_rules() {
  local tool
  for tool in iptables ip6tables; do
    "$tool-save" 2>/dev/null | grep -E "^(:|-A .*)$own_chain_pattern" || true
  done
}

leftover_links() {
  ip -o link show | sed -E 's/^[0-9]+: ([^@:]+).*/\1/' | grep -xE "$pod_bridge|$node_bridge" || true
}
