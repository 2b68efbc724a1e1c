# shellcheck shell=bash
# Finds a consul program: one that was given, the machine's, a cached one, the
# official release, or Debian's package. Sourced; needs common.sh and packages.sh.
#
#   find_consul_binary [FILE]   leaves the answer in consul_binary

consul_cache="$cache_directory/consul"
# What is downloaded from HashiCorp when nothing else is asked for.
official_consul_version="${CONSULPETS_CONSUL_VERSION:-1.21.4}"
# The last Debian release with a consul package (1.8.7).
consul_package_release=bullseye

find_consul_binary() {
  local given="${1:-${CONSUL_BINARY:-}}"
  if [ -n "$given" ]; then
    works_as_consul "$given" || fail "$given is no consul program that runs here"
    consul_binary=$(readlink -f "$given")
  elif consul_binary=$(command -v consul) && works_as_consul "$consul_binary"; then
    consul_binary=$(readlink -f "$consul_binary")
  elif consul_binary=$(cached_consul); then
    :
  elif download_official_consul; then
    :
  else
    extract_debian_consul
  fi
  say "consul: $(consul_version "$consul_binary"), $consul_binary"
}

works_as_consul() {
  [ -x "$1" ] && [ -n "$(consul_version "$1")" ]
}

# 1.8.7, also where the program says "Consul v1.8.7+dfsg1" or "Consul 1.8.7-1".
consul_version() {
  "$1" version 2>/dev/null | sed -nE '1s/^Consul v?([0-9]+\.[0-9]+\.[0-9]+).*/\1/p'
}

# A program is moved into the cache in one step, so what is there is whole.
cached_consul() {
  local program
  [ -d "$consul_cache" ] || return 1
  while read -r program; do
    if works_as_consul "$program"; then
      echo "$program"
      return 0
    fi
  done < <(find "$consul_cache" -path "*/${CONSULPETS_CONSUL_VERSION:-[0-9]*}/consul" -type f | sort -rV)
  return 1
}

adopt_consul() {
  local version
  version=$(consul_version "$1")
  [ -n "$version" ] || fail "the consul program that was fetched does not run: $1"
  mkdir -p "$consul_cache/$version"
  mv "$1" "$consul_cache/$version/consul"
  consul_binary="$consul_cache/$version/consul"
}

download_official_consul() {
  local version="$official_consul_version" archive folder site status=0
  archive="consul_${version}_linux_$(dpkg --print-architecture).zip"
  site="https://releases.hashicorp.com/consul/$version"
  install_packages curl ca-certificates
  curl -fsSL --max-time 5 -o /dev/null "$site/consul_${version}_SHA256SUMS" 2>/dev/null || return 1
  say "downloading consul $version"
  install_packages unzip
  mkdir -p "$consul_cache"
  folder=$(mktemp -d "$consul_cache/.download-XXXXXX")
  (
    cd "$folder"
    curl -fsSL --max-time 20 -O "$site/consul_${version}_SHA256SUMS" &&
      curl -fsSL --max-time 600 -O "$site/$archive" &&
      sha256sum --check --quiet --ignore-missing "consul_${version}_SHA256SUMS" &&
      unzip -q "$archive" consul
  ) || status=$?
  if [ "$status" = 0 ]; then adopt_consul "$folder/consul"; fi
  rm -rf "$folder"
  return "$status"
}

extract_debian_consul() {
  local folder
  say "fetching Debian's consul package ($consul_package_release)"
  mkdir -p "$consul_cache"
  folder=$(mktemp -d "$consul_cache/.package-XXXXXX")
  apt_with_release "$consul_package_release" deb "$folder" download consul
  # Unpacked, not installed: the package would bring a user and a service.
  dpkg-deb -x "$folder"/consul_*.deb "$folder/unpacked"
  adopt_consul "$folder/unpacked/usr/bin/consul"
  rm -rf "$folder"
}
