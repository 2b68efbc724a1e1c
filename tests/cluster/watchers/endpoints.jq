# Watch events of Endpoints in, whole hosts files out. Only headless services are
# answered with their pods' addresses; Kubernetes marks their Endpoints with a
# label. Pods that are not ready are among the addresses where the service says
# publishNotReadyAddresses, and are not otherwise.
def service_name: "\(.metadata.name).\(.metadata.namespace).svc.\($domain)";

def is_headless: .metadata.labels // {} | has("service.kubernetes.io/headless");

def records:
  service_name as $service
  | [.subsets[]?.addresses[]?]
  | (map("\(.ip) \(.hostname // (.ip | gsub("\\."; "-"))).\($service)")
    + map("\(.ip) \($service)"));

foreach inputs as $event ({};
  ($event.object | "\(.metadata.namespace)/\(.metadata.name)") as $key
  | if $event.type == "ERROR" then .
    elif $event.type == "DELETED" or ($event.object | is_headless | not) then del(.[$key])
    else .[$key] = ($event.object | records)
    end;
  [.[][]] | join(";"))
