# shellcheck shell=bash
# Mount namespaces: one a node and one for the controller manager. Sourced; needs
# common.sh and processes.sh.
#
# Several paths are built into kubelet, containerd and CNI, and three kubelets
# that share them destroy each other's files (one kubelet removes another's pods'
# logs as leftovers). So each node sees folders of its own at those paths. It also
# means that every mount of pods and images vanishes with the node's processes.

created_directories="$state_directory/created-directories"

node_private_paths=(/var/log/pods /var/log/containers /var/lib/cni /var/lib/kubelet /run/containerd)

# Beside them, all nodes and the controller manager see the volumes.
hold_volume_mounts() {
  create_mount_point "$provisioned_volumes"
  mkdir -p "$state_directory/volumes"
  hold_mounts volumes-mounts "$state_directory/volumes:$provisioned_volumes"
}

hold_node_mounts() {
  local node="$1" path folder binds=("$state_directory/volumes:$provisioned_volumes")
  for path in "${node_private_paths[@]}"; do
    folder="$(node_directory "$node")/private$path"
    mkdir -p "$folder"
    create_mount_point "$path"
    binds+=("$folder:$path")
  done
  hold_mounts "node-mounts-$node" "${binds[@]}"
}

# A namespace lives as long as a process in it: this one just waits.
hold_mounts() {
  local name="$1" ready="$state_directory/$1.ready"
  shift
  rm -f "$ready"
  start_process "$name" unshare --mount --propagation slave \
    bash "$cluster_scripts/watchers/hold-mounts.sh" "$ready" "$@"
  wait_until 10 "$name" test -e "$ready" || fail "could not set up mounts: see $log_directory/$name.log"
}

# start_inside HOLDER NAME COMMAND...: a daemon in the holder's mount namespace.
start_inside() {
  local holder="$1" name="$2"
  shift 2
  start_process "$name" nsenter --mount --target "$(process_id "$holder")" -- "$@"
}

# What is created on the machine itself is noted, and removed again when empty.
create_mount_point() {
  local path="$1"
  [ ! -d "$path" ] || return 0
  mkdir -p "$path"
  echo "$path" >>"$created_directories"
}

remove_mount_points() {
  local path
  [ -f "$created_directories" ] || return 0
  while read -r path; do
    rmdir "$path" 2>/dev/null || true
  done < <(tac "$created_directories")
  rm -f "$created_directories"
}

# In the machine's own namespace there should be none at any time.
leftover_mounts() {
  awk -v state="$state_directory/" 'index($2, state) == 1 { print $2 }' /proc/mounts
}

unmount_leftovers() {
  local path
  for path in $(leftover_mounts | sort -r); do
    umount -l "$path" || true
  done
}
