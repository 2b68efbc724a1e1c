# Watch events of Services in, whole hosts files out: each service that has an
# address of its own is answered with it.
foreach inputs as $event ({};
  ($event.object | "\(.metadata.namespace)/\(.metadata.name)") as $key
  | ($event.object.spec.clusterIP // "") as $address
  | if $event.type == "ERROR" then .
    elif $event.type == "DELETED" or $address == "" or $address == "None" then del(.[$key])
    else .[$key] = "\($address) \($event.object | "\(.metadata.name).\(.metadata.namespace)").svc.\($domain)"
    end;
  [.[]] | join(";"))
