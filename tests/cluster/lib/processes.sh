# shellcheck shell=bash
# Starts daemons, remembers them, and ends exactly those again. Sourced.
#
# Two records are kept. A file a daemon, with its process id and start time: an
# id that the kernel has given to someone else since is never signalled. And a
# control group of the cluster's own: what daemons start in their turn
# (containerd's shims, the pods' processes) is born into it, so that nothing is
# missed even when a daemon has crashed and left its children behind.

process_records="$state_directory/processes"
cluster_group_name="consulpets-cluster"

# The hierarchies of version 1 that are mounted, or the one of version 2.
control_group_roots() {
  if [ "$(stat -fc %T /sys/fs/cgroup)" = cgroup2fs ]; then
    echo /sys/fs/cgroup
  else
    awk '$3 == "cgroup" || $3 == "cgroup2" { print $2 }' /proc/mounts
  fi
}

# The one hierarchy by which processes are found again.
tracking_root() {
  if [ "$(stat -fc %T /sys/fs/cgroup)" = cgroup2fs ]; then
    echo /sys/fs/cgroup
  else
    awk '$3 == "cgroup" && "," $4 "," ~ /,pids,/ { print $2; exit }' /proc/mounts
  fi
}

# Below the cluster's group: daemons in one group, each node's pods in another
# (version 2 wants processes in leaves only).
create_control_groups() {
  local root node
  for root in $(control_group_roots); do
    mkdir -p "$root/$cluster_group_name/daemons"
    for node in $(seq "$1"); do
      mkdir -p "$root/$cluster_group_name/pods/$(node_name "$node")"
    done
  done
  share_controllers
  inherit_processor_sets
}

# Version 2: a controller has to be handed down level by level.
share_controllers() {
  local group controller
  [ "$(stat -fc %T /sys/fs/cgroup)" = cgroup2fs ] || return 0
  for group in "" "/$cluster_group_name" "/$cluster_group_name/pods"; do
    while read -r -d ' ' controller; do
      echo "+$controller" 2>/dev/null >"/sys/fs/cgroup$group/cgroup.subtree_control" || true
    done < <(tr '\n' ' ' <"/sys/fs/cgroup$group/cgroup.controllers")
  done
}

# Version 1: a new cpuset is empty, and no process may enter an empty one.
inherit_processor_sets() {
  local root group parent file
  root=$(awk '$3 == "cgroup" && "," $4 "," ~ /,cpuset,/ { print $2; exit }' /proc/mounts)
  [ -n "$root" ] || return 0
  while read -r group; do
    parent=$(dirname "$group")
    for file in cpuset.cpus cpuset.mems; do
      [ -n "$(cat "$group/$file")" ] || cat "$parent/$file" >"$group/$file"
    done
  done < <(find "$root/$cluster_group_name" -type d)
}

# Field 22 of the status line: when the process began, in ticks since boot. The
# command's name (field 2) may hold blanks, so what precedes its ")" is cut off.
process_start_time() {
  local line
  read -r line 2>/dev/null <"/proc/$1/stat" || return 1
  awk '{ print $20 }' <<<"${line##*) }"
}

# start_process NAME COMMAND...: starts a daemon in a session of its own.
start_process() {
  local name="$1" pid
  shift
  mkdir -p "$process_records" "$log_directory"
  (
    echo "$BASHPID" >"$(tracking_root)/$cluster_group_name/daemons/cgroup.procs"
    exec setsid "$@"
  ) </dev/null >>"$log_directory/$name.log" 2>&1 9>&- &
  pid=$!
  echo "$pid $(process_start_time "$pid" || echo 0)" >"$process_records/$name"
}

is_running() {
  local pid started
  [ -f "$process_records/$1" ] || return 1
  read -r pid started <"$process_records/$1" || return 1
  [ "$(process_start_time "$pid")" = "$started" ] && [ "$(process_state "$pid")" != Z ]
}

process_state() {
  local line
  read -r line 2>/dev/null <"/proc/$1/stat" || return 0
  line="${line##*) }"
  echo "${line%% *}"
}

process_id() {
  local pid
  read -r pid _ <"$process_records/$1"
  echo "$pid"
}

# kill_process NAME: a recorded daemon, if it still is the one recorded.
kill_process() {
  if is_running "$1"; then kill -KILL "$(process_id "$1")" 2>/dev/null || true; fi
}

recorded_processes() {
  [ -d "$process_records" ] || return 0
  find "$process_records" -type f -printf '%f\n' | sort
}

# Every process of the cluster, by control group.
cluster_process_ids() {
  local root
  root=$(tracking_root)
  [ -d "$root/$cluster_group_name" ] || return 0
  find "$root/$cluster_group_name" -name cgroup.procs -exec cat {} + 2>/dev/null | sort -u
}

no_cluster_process() { [ -z "$(cluster_process_ids)" ]; }

# The kernel itself says that these are ours and alive at this moment, so a
# signal cannot meet a stranger; new ones may be born meanwhile, hence the loop.
kill_cluster_processes() {
  local attempt pid
  for attempt in 1 2 3 4 5; do
    for pid in $(cluster_process_ids); do
      kill -KILL "$pid" 2>/dev/null || true
    done
    if wait_until 2 "processes to end (try $attempt)" no_cluster_process; then return 0; fi
  done
  return 1
}

# Innermost first: a group with children cannot be removed.
remove_control_groups() {
  local root
  for root in $(control_group_roots); do
    [ -d "$root/$cluster_group_name" ] || continue
    find "$root/$cluster_group_name" -depth -type d -exec rmdir {} + 2>/dev/null || true
  done
}
