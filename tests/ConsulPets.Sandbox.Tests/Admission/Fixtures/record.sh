#!/usr/bin/env bash
# Asks a real API server what it makes of every fixture and writes its answers beside them. See README.md.
# Needs kubectl (with a context that may do everything), curl and python3. Nothing is left behind.
set -euo pipefail
cd "$(dirname "$0")"
namespace=admission-fixtures
socket=$(mktemp -u)
kubectl proxy --unix-socket="$socket" >/dev/null 2>&1 &
proxy=$!
cleanup() {
  kubectl delete namespace "$namespace" --timeout=60s >/dev/null 2>&1 || true
  kill "$proxy" 2>/dev/null || true
  rm -f "$socket"
}
trap cleanup EXIT
kubectl create namespace "$namespace" >/dev/null
for _ in $(seq 300); do
  [ -S "$socket" ] && kubectl -n "$namespace" get serviceaccount default -o jsonpath='{.secrets[0].name}' 2>/dev/null | grep -q . && break
  sleep 0.2
done

ask() { # method path file -> the answer
  # Under another name than curl's: for that one the API server indents its answers, and doing so has crashed a 1.20 that was built with a newer Go.
  curl --silent --max-time 30 --user-agent fixtures --unix-socket "$socket" -X "$1" -H 'Content-Type: application/yaml' --data-binary @"$3" "http://localhost$2"
}
collection() { # the path of the collection that a fixture is posted to: its kind's, unless it says "# posted to: …"
  local told plural kind version
  told=$(sed -n 's/^# posted to: //p' "$1" | head -1)
  if [ -n "$told" ]; then echo "$told"; return; fi
  kind=$(sed -n 's/^kind: //p' "$1" | head -1)
  version=$(sed -n 's/^apiVersion: //p' "$1" | head -1)
  case "$version" in */*) version=/apis/$version ;; *) version=/api/$version ;; esac
  case "$kind" in
    Endpoints) plural=endpoints ;;
    *Class) plural=$(echo "$kind" | tr '[:upper:]' '[:lower:]')es ;;
    *) plural=$(echo "$kind" | tr '[:upper:]' '[:lower:]')s ;;
  esac
  case "$kind" in
    Namespace|Node|PersistentVolume|StorageClass|PriorityClass|ClusterRole|ClusterRoleBinding) echo "$version/$plural" ;;
    *) echo "$version/namespaces/$namespace/$plural" ;;
  esac
}
# What is new with every answer says nothing (some addresses in the server's memory stay; the comparison passes them over).
write() {
  python3 -c '
import json, sys
answer = json.load(sys.stdin)
for name in ("uid", "creationTimestamp", "managedFields", "resourceVersion", "selfLink"):
    answer["metadata"].pop(name, None)
json.dump(answer, sys.stdout, indent=1, sort_keys=True, ensure_ascii=False)
print()' > "$1"
}
for file in good/*.yaml bad/*.yaml; do
  ask POST "$(collection "$file")?dryRun=All" "$file" | write "${file%.yaml}.json"
done
work=$(mktemp -d)
for file in changes/*.yaml; do
  path=$(collection "$file")
  name=$(sed -n 's/^metadata: { name: \([a-z-]*\).*/\1/p' "$file" | head -1)
  sed '/^---$/,$d' "$file" > "$work/live.yaml"
  sed '1,/^---$/d' "$file" > "$work/changed.yaml"
  ask POST "$path" "$work/live.yaml" > "$work/created.json"
  # Some kinds want to be told the version that is meant.
  version=$(python3 -c 'import json, sys; print(json.load(sys.stdin)["metadata"].get("resourceVersion", ""))' < "$work/created.json")
  sed -i "s/^metadata: { /metadata: { resourceVersion: \"$version\", /" "$work/changed.yaml"
  ask PUT "$path/$name?dryRun=All" "$work/changed.yaml" | write "${file%.yaml}.json"
  ask DELETE "$path/$name?gracePeriodSeconds=0" /dev/null > "$work/deleted.json"
done
rm -r "$work"
