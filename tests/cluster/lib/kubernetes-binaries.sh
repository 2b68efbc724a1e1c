# shellcheck shell=bash
# Decides which Kubernetes programs the cluster runs: a folder that was given, a
# cache, an official download, or a build from Debian's source. Sourced; needs
# common.sh, packages.sh and kubernetes-build.sh.

kubernetes_programs=(kube-apiserver kube-controller-manager kube-scheduler kubelet)
# Nice to have: without it Services have names but their ClusterIPs do not answer.
optional_kubernetes_programs=(kube-proxy)

kubernetes_cache="$cache_directory/kubernetes"

# find_kubernetes_binaries [FOLDER]: leaves the answer in kubernetes_binaries.
find_kubernetes_binaries() {
  local given="${1:-}"
  if [ -n "$given" ]; then
    has_kubernetes_programs "$given" || fail "$given does not hold all of: ${kubernetes_programs[*]}"
    kubernetes_binaries=$(cd "$given" && pwd)
  elif kubernetes_binaries=$(cached_kubernetes); then
    say "Kubernetes: from the cache, $kubernetes_binaries"
  elif download_official_kubernetes; then
    say "Kubernetes: official binaries, $kubernetes_binaries"
  else
    build_debian_kubernetes
    say "Kubernetes: built from Debian's source, $kubernetes_binaries"
  fi
}

has_kubernetes_programs() {
  local program
  for program in "${kubernetes_programs[@]}"; do
    [ -x "$1/$program" ] || return 1
  done
}

# A folder counts only with its stamp, which is written last of all: a download
# or build that was cut short is not taken for a whole one.
cached_kubernetes() {
  local folder
  [ -d "$kubernetes_cache" ] || return 1
  while read -r folder; do
    if has_kubernetes_programs "$folder"; then
      echo "$folder"
      return 0
    fi
  done < <(find "$kubernetes_cache" -path "*/${CONSULPETS_KUBERNETES_VERSION:-v*}/complete" -printf '%h\n' | sort -rV)
  return 1
}

# adopt_into_cache FOLDER NAME: puts a finished folder in its place at once.
adopt_into_cache() {
  touch "$1/complete"
  rm -rf "${kubernetes_cache:?}/$2"
  mv "$1" "$kubernetes_cache/$2"
  kubernetes_binaries="$kubernetes_cache/$2"
}

download_official_kubernetes() {
  local site="https://dl.k8s.io/release" version folder
  install_packages curl ca-certificates
  # A network that is closed may swallow packets: five seconds tell.
  version="${CONSULPETS_KUBERNETES_VERSION:-$(curl -fsSL --max-time 5 "$site/stable.txt" 2>/dev/null)}" || true
  [[ "$version" =~ ^v1\.[0-9]+\.[0-9]+$ ]] || return 1
  mkdir -p "$kubernetes_cache"
  folder=$(mktemp -d "$kubernetes_cache/.download-XXXXXX")
  if download_programs "$site/$version/bin/linux/$(dpkg --print-architecture)" "$folder"; then
    adopt_into_cache "$folder" "$version"
  else
    rm -rf "$folder"
    return 1
  fi
}

download_programs() {
  local program
  for program in "${kubernetes_programs[@]}" "${optional_kubernetes_programs[@]}" kubectl; do
    say "downloading $program"
    curl -fsSL --connect-timeout 5 --max-time 600 -o "$2/$program" "$1/$program" || return 1
    echo "$(curl -fsSL --max-time 20 "$1/$program.sha256")  $2/$program" | sha256sum --check --quiet || return 1
    chmod +x "$2/$program"
  done
}

# kubectl: the one beside the other programs, else the machine's, else Debian's.
provide_kubectl() {
  if [ -x "$kubernetes_binaries/kubectl" ]; then
    PATH="$kubernetes_binaries:$PATH"
  elif ! command -v kubectl >/dev/null; then
    install_packages kubernetes-client
  fi
}
