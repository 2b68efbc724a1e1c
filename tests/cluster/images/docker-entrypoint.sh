#!/bin/sh
# Follows the contract of the official Consul image's entrypoint, so that
# manifests written for that image behave the same on this one.
set -e

data_directory=/consul/data
config_directory=/consul/config

interface_address() {
  ip -o -4 addr list "$1" | head -n1 | awk '{print $4}' | cut -d/ -f1
}

bind_option=""
if [ -n "$CONSUL_BIND_INTERFACE" ]; then
  bind_option="-bind=$(interface_address "$CONSUL_BIND_INTERFACE")"
fi

client_option=""
if [ -n "$CONSUL_CLIENT_INTERFACE" ]; then
  client_option="-client=$(interface_address "$CONSUL_CLIENT_INTERFACE")"
fi

if [ -n "$CONSUL_LOCAL_CONFIG" ]; then
  echo "$CONSUL_LOCAL_CONFIG" >"$config_directory/local.json"
fi

# As in the official image: a bare option is passed to consul itself, without the
# directories that `agent` gets.
case "$1" in
  -*)
    set -- consul "$@"
    ;;
esac

# An option that is not set must not become an empty argument: hence unquoted.
# shellcheck disable=SC2086
if [ "$1" = agent ]; then
  shift
  set -- consul agent -data-dir="$data_directory" -config-dir="$config_directory" \
    $bind_option $client_option "$@"
elif [ "$1" = version ] || consul --help "$1" 2>&1 | grep -q "consul $1"; then
  set -- consul "$@"
fi

# As root (no securityContext), Consul is run as its own user all the same.
if [ "$1" = consul ] && [ "$(id -u)" = 0 ] && [ -z "${CONSUL_DISABLE_PERM_MGMT+x}" ]; then
  for directory in "$data_directory" "$config_directory"; do
    if [ "$(stat -c %u "$directory")" != 100 ]; then
      chown 100:1000 "$directory"
    fi
  done
  set -- su-exec 100:1000 "$@"
fi

exec "$@"
