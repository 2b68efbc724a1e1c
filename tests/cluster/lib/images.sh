# shellcheck shell=bash
# Puts container images together by hand, as there may be no registry to pull
# from, and imports them into a node's containerd. Sourced; needs common.sh and
# consul-binary.sh. The archives are docker archives (manifest.json, a
# configuration an image, a layer.tar a layer), which containerd and kind read.

image_sources="$cluster_scripts/images"
pause_image="localhost/consulpets/pause:1"
busybox_image="docker.io/library/busybox:latest"
consul_repository="docker.io/hashicorp/consul"

# build_images: leaves the folder with pause.tar, busybox.tar and consul.tar in
# image_archives. Built once for each set of inputs.
build_images() {
  local key work
  key=$(image_inputs_key)
  image_archives="$cache_directory/images/$key"
  [ ! -f "$image_archives/consul.tar" ] || return 0
  say "putting the images together"
  mkdir -p "$cache_directory/images"
  work=$(mktemp -d "$cache_directory/images/.build-XXXXXX")
  build_layers "$work"
  write_pause_archive "$work"
  write_busybox_archive "$work"
  write_consul_archive "$work"
  rm -rf "$image_archives" "$work"/*-layer*
  mv "$work" "$image_archives"
}

image_inputs_key() {
  {
    cat "$image_sources"/* "$cluster_scripts/lib/images.sh"
    sha256sum "$consul_binary" "$(command -v busybox)" "$(command -v curl)"
  } | sha256sum | cut -c1-16
}

build_layers() {
  mkdir "$1/pause-layer" "$1/busybox-layer" "$1/consul-layer"
  gcc -O2 -static -o "$1/pause-layer/pause" "$image_sources/pause.c"
  fill_busybox_layer "$1/busybox-layer"
  fill_consul_layer "$1/consul-layer"
  local layer
  for layer in pause busybox consul; do
    tar --sort=name --mtime=@0 --numeric-owner -C "$1/$layer-layer" -cf "$1/$layer-layer.tar" .
  done
}

fill_busybox_layer() {
  local root="$1" applet
  mkdir -p "$root"/{bin,sbin,etc,root,usr/bin,usr/local/bin,var/run}
  mkdir -m 1777 "$root/tmp"
  cp "$(command -v busybox)" "$root/bin/busybox"
  for applet in $(busybox --list); do
    [ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"
  done
  ln -s ../../bin/env "$root/usr/bin/env"
  echo "root:x:0:0:root:/root:/bin/sh" >"$root/etc/passwd"
  echo "root:x:0:" >"$root/etc/group"
  echo "hosts: files dns" >"$root/etc/nsswitch.conf"
}

fill_consul_layer() {
  local root="$1"
  mkdir -p "$root"/{bin,etc/ssl/certs,usr/local/bin,consul/data,consul/config}
  cp "$consul_binary" "$root/bin/consul"
  copy_shared_libraries "$root" "$consul_binary"

  # As in the official image; readiness over TLS is asked with it.
  mkdir -p "$root/usr/bin"
  cp "$(command -v curl)" "$root/usr/bin/curl"
  copy_shared_libraries "$root" "$(command -v curl)"
  gcc -O2 -static -o "$root/usr/local/bin/su-exec" "$image_sources/su-exec.c"
  cp "$image_sources/docker-entrypoint.sh" "$root/usr/local/bin/"
  cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
  printf '%s\n' "root:x:0:0:root:/root:/bin/sh" "consul:x:100:1000::/home/consul:/bin/sh" >"$root/etc/passwd"
  printf '%s\n' "root:x:0:" "consul:x:1000:" >"$root/etc/group"
  chown -R 100:1000 "$root/consul"
}

# Debian's programs are linked to the C library; the official consul to nothing.
copy_shared_libraries() {
  local library
  for library in $(ldd "$2" 2>/dev/null | grep -oE '/[^ ]+'); do
    mkdir -p "$1$(dirname "$library")"
    cp -L "$library" "$1$library"
  done
}

write_pause_archive() {
  start_archive "$1"
  add_image "$1" "$pause_image" '{"Entrypoint":["/pause"]}' pause
  finish_archive "$1" pause
}

write_busybox_archive() {
  start_archive "$1"
  add_image "$1" "$busybox_image" '{"Env":["PATH=/usr/local/bin:/usr/bin:/sbin:/bin"],"Cmd":["sh"]}' busybox
  finish_archive "$1" busybox
}

# Three images of the same files. Each has a label of its own, or they would be
# one image to the node, which then reports any one of the three names for it.
write_consul_archive() {
  local version name
  version="$consul_version"
  start_archive "$1"
  for name in "$consul_repository:$version" "$consul_repository:$version-b" docker.io/library/consul:latest; do
    add_image "$1" "$name" "$(consul_image_settings "$version" "$name")" busybox consul
  done
  finish_archive "$1" consul
}

consul_image_settings() {
  jq -cn --arg version "$1" --arg name "$2" '{
    Env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "CONSUL_VERSION=\($version)"],
    Entrypoint: ["docker-entrypoint.sh"],
    Cmd: ["agent", "-dev", "-client", "0.0.0.0"],
    WorkingDir: "/",
    Volumes: {"/consul/data": {}},
    ExposedPorts: {"8300/tcp": {}, "8301/tcp": {}, "8301/udp": {}, "8302/tcp": {}, "8302/udp": {},
      "8500/tcp": {}, "8600/tcp": {}, "8600/udp": {}},
    Labels: {"consulpets.name": $name}
  }'
}

start_archive() {
  mkdir "$1/archive"
  echo '[]' >"$1/archive/manifest.json"
}

# add_image FOLDER NAME SETTINGS LAYER...: one more image of the archive at work.
add_image() {
  local work="$1" name="$2" settings="$3" layer digest digests='[]' files='[]' configuration
  shift 3
  for layer in "$@"; do
    ln -f "$work/$layer-layer.tar" "$work/archive/$layer.tar"
    digest="sha256:$(sha256sum <"$work/$layer-layer.tar" | cut -d' ' -f1)"
    digests=$(jq -c --arg digest "$digest" '. + [$digest]' <<<"$digests")
    files=$(jq -c --arg file "$layer.tar" '. + [$file]' <<<"$files")
  done
  configuration=$(jq -cn --arg architecture "$(dpkg --print-architecture)" --argjson settings "$settings" \
    --argjson digests "$digests" '{created: "2020-01-01T00:00:00Z", architecture: $architecture, os: "linux",
      config: $settings, rootfs: {type: "layers", diff_ids: $digests}}')
  digest=$(printf '%s' "$configuration" | sha256sum | cut -d' ' -f1)
  printf '%s' "$configuration" >"$work/archive/$digest.json"
  jq -c --arg file "$digest.json" --arg name "$name" --argjson layers "$files" \
    '. + [{Config: $file, RepoTags: [$name], Layers: $layers}]' \
    "$work/archive/manifest.json" >"$work/archive/manifest.new"
  mv "$work/archive/manifest.new" "$work/archive/manifest.json"
}

finish_archive() {
  tar --sort=name -C "$1/archive" -cf "$1/$2.tar" .
  rm -r "$1/archive"
}

# import_images SOCKET: into the containerd behind it, where kubelet looks.
import_images() {
  local archive
  for archive in "$image_archives"/*.tar; do
    ctr --address "$1" --namespace k8s.io images import "$archive" >/dev/null
  done
}
