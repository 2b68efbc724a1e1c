# shellcheck shell=bash
# Debian packages: what the cluster needs is installed when it is missing, and
# packages of other Debian releases are fetched without touching the machine's
# own source lists. Sourced.

cluster_packages=(
  busybox-static ca-certificates conntrack containerd containernetworking-plugins curl dnsmasq-base
  etcd-server gcc iproute2 iptables jq libc6-dev openssl procps runc socat util-linux
)
build_packages=(dpkg-dev golang-go make rsync)

# containerd or runc may come from another vendor's package under another name
# (containerd.io), which Debian's would push out: a program that is there is good.
program_of_package() {
  case "$1" in
    containerd) echo containerd ;;
    runc) echo runc ;;
    golang-go) echo go ;;
    etcd-server) echo etcd ;;
    dnsmasq-base) echo dnsmasq ;;
    *) return 1 ;;
  esac
}

package_is_there() {
  local program
  if program=$(program_of_package "$1") && command -v "$program" >/dev/null; then return 0; fi
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

missing_packages() {
  local package
  for package in "$@"; do
    package_is_there "$package" || echo "$package"
  done
}

install_packages() {
  local missing
  mapfile -t missing < <(missing_packages "$@")
  [ "${#missing[@]}" -gt 0 ] || return 0
  command -v apt-get >/dev/null || fail "these packages are needed and apt-get is not there to install them: ${missing[*]}"
  say "installing packages: ${missing[*]}"
  refresh_package_lists
  without_starting_services run_quietly apt-get install -y --no-install-recommends "${missing[@]}" ||
    fail "the packages could not be installed"
}

refresh_package_lists() {
  [ -n "${package_lists_are_fresh:-}" ] || run_quietly apt-get update
  package_lists_are_fresh=yes
}

# apt's many lines are of interest only when it fails.
run_quietly() {
  local output
  output=$(DEBIAN_FRONTEND=noninteractive "$@" 2>&1 9>&-) || {
    printf '%s\n' "$output" >&2
    fail "this failed: $*"
  }
}

# The cluster runs its own containerd, etcd and dnsmasq: the ones that packages
# would start must stay off. invoke-rc.d asks /usr/sbin/policy-rc.d; one that is
# there already is left as it is, as it is somebody's decision (in container
# images it says no to all).
without_starting_services() {
  local policy=/usr/sbin/policy-rc.d status=0
  if [ -e "$policy" ]; then
    "$@"
    return
  fi
  printf '#!/bin/sh\n# Temporary, by ConsulPets tests/cluster.\nexit 101\n' >"$policy"
  chmod +x "$policy"
  ("$@") || status=$?
  rm -f "$policy"
  return "$status"
}

# The mirror that this machine is set up with, so that proxies and local mirrors
# are used as the machine's owner wants it.
debian_mirror() {
  local mirror
  mirror=$(list_debian_mirrors)
  if [ -z "$mirror" ]; then
    refresh_package_lists
    mirror=$(list_debian_mirrors)
  fi
  [ -n "$mirror" ] || fail "apt's configuration names no Debian mirror: give Kubernetes with --kube-bin and Consul with --consul"
  echo "${mirror%%$'\n'*}"
}

list_debian_mirrors() {
  # shellcheck disable=SC2016 # $(REPO_URI) is for apt to fill in
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' 'Component: main' | sort -u
}

# apt_with_release RELEASE TYPE FOLDER ARGUMENT...: runs apt-get inside FOLDER as
# if the machine's only source were RELEASE (TYPE is deb or deb-src). apt checks
# signatures and checksums as ever; lists and caches stay in FOLDER.
apt_with_release() {
  local release="$1" type="$2" folder="$3" mirror
  shift 3
  mirror=$(debian_mirror)
  mkdir -p "$folder/lists/partial" "$folder/apt-cache/archives/partial"
  printf '%s [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' \
    "$type" "$mirror" "$release" >"$folder/sources.list"
  write_apt_configuration "$folder" >"$folder/apt.conf"
  (
    cd "$folder" || exit
    run_quietly apt-get -c "$folder/apt.conf" update
    run_quietly apt-get -c "$folder/apt.conf" "$@"
  )
}

# The machine's hooks (package search indexes and the like) are not for a look
# into another release; and an old release's validity date has passed while its
# signature still counts.
write_apt_configuration() {
  cat <<END
#clear APT::Update::Post-Invoke-Success;
#clear APT::Update::Post-Invoke;
Dir::Etc::SourceList "$1/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::State::Lists "$1/lists";
Dir::Cache "$1/apt-cache";
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::Check-Valid-Until "false";
END
}
