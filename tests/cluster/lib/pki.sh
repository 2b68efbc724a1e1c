# shellcheck shell=bash
# The cluster's own certificate authority, certificates and kubeconfig files.
# Sourced; needs common.sh. Tests can make more accounts with
# create_certificate and write_kubeconfig: the authority's key stays in <state>/pki/ca.key.

create_pki() {
  mkdir -p "$pki_directory"
  chmod 700 "$pki_directory"
  create_authority
  create_service_account_keys
  create_certificate api-server "/CN=kube-apiserver" "serverAuth" "$(api_server_names)"
  # The API server's own account at the kubelets: exec, logs and the like.
  create_certificate api-server-at-kubelet "/O=system:masters/CN=kube-apiserver-kubelet-client" clientAuth
  create_certificate admin "/O=system:masters/CN=kubernetes-admin" clientAuth
  create_certificate controller-manager "/CN=system:kube-controller-manager" clientAuth
  create_certificate scheduler "/CN=system:kube-scheduler" clientAuth
  create_certificate proxy "/CN=system:kube-proxy" clientAuth
}

create_node_certificate() {
  create_certificate "kubelet-$1" "/O=system:nodes/CN=system:node:$(node_name "$1")" clientAuth
}

create_authority() {
  openssl genrsa -out "$pki_directory/ca.key" 2048 2>/dev/null
  openssl req -x509 -new -sha256 -days 3650 -subj "/CN=consulpets-test-cluster" \
    -addext "keyUsage=critical,digitalSignature,keyEncipherment,keyCertSign" \
    -key "$pki_directory/ca.key" -out "$pki_directory/ca.crt"
}

create_service_account_keys() {
  openssl genrsa -out "$pki_directory/service-account.key" 2048 2>/dev/null
  openssl rsa -in "$pki_directory/service-account.key" -pubout -out "$pki_directory/service-account.pub" 2>/dev/null
}

api_server_names() {
  local names="DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc"
  names+=",DNS:kubernetes.default.svc.$cluster_domain,IP:127.0.0.1,IP:$kubernetes_service_address"
  echo "$names,IP:$(node_address 1)"
}

# create_certificate NAME SUBJECT USAGE [ALTERNATIVE NAMES]
create_certificate() {
  local file="$pki_directory/$1" subject="$2" usage="$3" names="${4:-}"
  openssl genrsa -out "$file.key" 2048 2>/dev/null
  {
    echo "basicConstraints=CA:FALSE"
    echo "keyUsage=critical,digitalSignature,keyEncipherment"
    echo "extendedKeyUsage=$usage"
    if [ -n "$names" ]; then echo "subjectAltName=$names"; fi
  } >"$file.extensions"
  openssl req -new -sha256 -subj "$subject" -key "$file.key" -out "$file.request"
  openssl x509 -req -sha256 -days 3650 -in "$file.request" -extfile "$file.extensions" \
    -CA "$pki_directory/ca.crt" -CAkey "$pki_directory/ca.key" \
    -set_serial "0x$(openssl rand -hex 8)" -out "$file.crt" 2>/dev/null
  rm -f "$file.request" "$file.extensions"
}

# write_kubeconfig NAME FILE: for the certificate of that name, with everything
# inside, so that the file alone can be copied about.
write_kubeconfig() {
  local certificate="$pki_directory/$1" file="$2"
  cat >"$file.new" <<END
apiVersion: v1
kind: Config
current-context: consulpets-test
clusters:
- name: consulpets-test
  cluster:
    server: https://127.0.0.1:$api_server_port
    certificate-authority-data: $(base64 -w0 "$pki_directory/ca.crt")
users:
- name: $1
  user:
    client-certificate-data: $(base64 -w0 "$certificate.crt")
    client-key-data: $(base64 -w0 "$certificate.key")
contexts:
- name: consulpets-test
  context:
    cluster: consulpets-test
    user: $1
END
  chmod 600 "$file.new"
  mv "$file.new" "$file"
}
