# shellcheck shell=bash
# Finds a consul program. Which one is decided in src/ConsulPets.Sandbox/ConsulBinary,
# for the sandbox and for this cluster alike: this only asks. Sourced; needs common.sh.
#
#   find_consul_binary [FILE]   leaves the answer in consul_binary and consul_version

consul_finder_project="$cluster_scripts/../../src/ConsulPets.Sandbox"

find_consul_binary() {
  local finder answer
  command -v dotnet >/dev/null || fail "dotnet is needed (the .NET SDK that builds ConsulPets): it runs what finds consul"
  finder=$(built_consul_finder)
  if [ -z "$finder" ] || consul_finder_is_old "$finder"; then
    say "building what finds consul"
    build_consul_finder || fail "src/ConsulPets.Sandbox could not be built"
    finder=$(built_consul_finder)
  fi
  [ -n "$finder" ] || fail "src/ConsulPets.Sandbox was built, but its program is not in its bin folder"
  answer=$(ask_consul_finder "$finder" "$@") || fail "there is no consul program to put into the images"
  consul_binary=$(tail -n 1 <<<"$answer")
  consul_version=$(tail -n 2 <<<"$answer" | head -n 1)
  [ -x "$consul_binary" ] || fail "src/ConsulPets.Sandbox names no consul program: $answer"
  say "consul: $consul_version, $consul_binary"
}

# The program that was built last; none is no error.
built_consul_finder() {
  local program newest=""
  for program in "$consul_finder_project"/bin/{Release,Debug}/net*/ConsulPets.Sandbox.dll; do
    if [ -f "$program" ] && { [ -z "$newest" ] || [ "$program" -nt "$newest" ]; }; then newest="$program"; fi
  done
  echo "$newest"
}

# Only what decides is looked at: the rest of the sandbox may be at work. dotnet run
# would look at everything, for seconds, and up.sh is called often.
consul_finder_is_old() {
  [ -n "$(find "$consul_finder_project/ConsulBinary" -name '*.cs' -newer "$1" -print -quit)" ]
}

# Standard output is for the answer only. What root builds in somebody's tree they
# could not build again, so whoever called sudo builds it; and the compiler must not
# stay on as a server, which would hold the cluster's lock (descriptor 9) for ever.
build_consul_finder() {
  local as_owner=()
  if [ -n "${SUDO_UID:-}" ] && [ "$(id -u)" = 0 ]; then as_owner=(sudo -H -u "#$SUDO_UID" "PATH=$PATH"); fi
  "${as_owner[@]}" dotnet build "$consul_finder_project" --nologo -v q -m:1 \
    -nodeReuse:false -p:UseSharedCompilation=false >&2 9>&-
}

ask_consul_finder() {
  local finder="$1" options=()
  if [ -n "${2:-}" ]; then options=(--consul "$2"); fi
  CONSULPETS_CACHE="$cache_directory" dotnet exec "$finder" consul "${options[@]}" 9>&-
}
