# shellcheck shell=bash
# Builds Kubernetes from Debian's source package, for machines whose network
# reaches nothing but a Debian mirror. Once: the result stays in the cache.
# Sourced; needs common.sh, packages.sh and kubernetes-binaries.sh.

# bookworm is the last release to carry Kubernetes' servers in source, with all
# that they depend on. Its version string is 1.20.5+really1.20.2-...
kubernetes_source_release=bookworm
kubernetes_source_version=v1.20.2

build_debian_kubernetes() {
  local work
  say "building Kubernetes $kubernetes_source_version from Debian's source: once, 5 to 15 minutes, 3 GB while it lasts"
  install_packages "${build_packages[@]}"
  mkdir -p "$kubernetes_cache"
  remove_abandoned_builds
  work=$(mktemp -d "$kubernetes_cache/.build-XXXXXX")
  unpack_kubernetes_source "$work"
  compile_kubernetes "$work"
  collect_built_programs "$work"
  adopt_into_cache "$work/programs" "$kubernetes_source_version-debian"
  rm -rf "$work"
}

# Builds that were cut short leave gigabytes behind. Whoever builds holds the
# cluster's lock, so none of them is anybody's.
remove_abandoned_builds() {
  rm -rf "$kubernetes_cache"/.build-* "$kubernetes_cache"/.download-*
}

unpack_kubernetes_source() {
  say "fetching and unpacking the source"
  apt_with_release "$kubernetes_source_release" deb-src "$1" source --download-only kubernetes
  mkdir -p "$1/go/src/k8s.io"
  # apt has checked the signature and the checksums already.
  run_quietly dpkg-source --no-check -x "$1"/kubernetes_*.dsc "$1/go/src/k8s.io/kubernetes"
}

# `make` and not `go build`: only make generates the OpenAPI definitions, without
# which server-side apply does not work.
compile_kubernetes() {
  local work="$1" targets="" program compiler
  for program in "${kubernetes_programs[@]}" "${optional_kubernetes_programs[@]}"; do
    targets+=" cmd/$program"
  done
  (
    cd "$work/go/src/k8s.io/kubernetes" || exit
    export GOPATH="$work/go" GO111MODULE=off GOFLAGS=-v
    export KUBE_GIT_VERSION="$kubernetes_source_version" KUBE_GIT_MAJOR=1 KUBE_GIT_MINOR=20
    export KUBE_GIT_COMMIT=faecb196815e248d3ecfb03c680a4507229c2a56 KUBE_GIT_TREE_STATE=archive
    # kubelet without C like the others: the packages that they share are
    # compiled once, which halves the time.
    export KUBE_STATIC_OVERRIDES=kubelet
    exec nice -n 5 make WHAT="${targets# }"
  ) >"$work/build.log" 2>&1 9>&- &
  compiler=$!
  report_compilation "$work/build.log" "$compiler"
  if ! wait "$compiler"; then
    tail -n 30 "$work/build.log" >&2
    fail "the build failed: see $work/build.log"
  fi
}

# With GOFLAGS=-v the log has a line a package, about 2300 in all.
report_compilation() {
  local log="$1" compiler="$2" began=$SECONDS
  while wait_for_end_or_timeout "$compiler" 20; do
    say "compiling: $(wc -l <"$log") of about 2300 packages, $((SECONDS - began)) s"
  done
}

# True while process $1 still runs after $2 seconds.
wait_for_end_or_timeout() {
  timeout "$2" tail --pid="$1" -f /dev/null
  kill -0 "$1" 2>/dev/null
}

collect_built_programs() {
  local built program
  built="$1/go/src/k8s.io/kubernetes/_output/bin"
  mkdir "$1/programs"
  for program in "${kubernetes_programs[@]}" "${optional_kubernetes_programs[@]}"; do
    cp -L "$built/$program" "$1/programs/"
  done
}
