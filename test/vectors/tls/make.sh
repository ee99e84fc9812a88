#!/usr/bin/env bash
# Makes the certificates of this folder: a root, and leaves that are right or wrong in one way each.
set -euo pipefail
cd "$(dirname "$0")"
LONG='20200101000000Z 21200101000000Z'
key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1"; }
leaf() { # name, subjectAltName, first day, last day
  openssl req -new -key leaf-key.pem -subj "/CN=$1" -out leaf.csr
  certify leaf.csr "$1.pem" "$3" "$4" -extfile <(printf 'subjectAltName=%s\n' "$2")
}
certify() { # request, certificate, first day, last day
  local from=$1 to=$2 first=$3 last=$4; shift 4
  openssl ca -batch -config ca.cnf -notext -in "$from" -out "$to" -startdate "$first" \
    -enddate "$last" "$@" 2>/dev/null
}
key root.key && key leaf-key.pem
touch index.txt && echo 01 > serial
cat > ca.cnf <<'CNF'
[ca]
default_ca = root
[root]
dir = .
database = ./index.txt
unique_subject = no
new_certs_dir = .
serial = ./serial
certificate = ./root.pem
private_key = ./root.key
default_md = sha256
policy = any
[any]
commonName = supplied
CNF
openssl req -new -key root.key -subj '/CN=Accord test root' -out leaf.csr
certify leaf.csr root.pem $LONG -selfsign -extfile <(echo basicConstraints=critical,CA:TRUE)
leaf good DNS:contoso.com,IP:127.0.0.1 $LONG
leaf other DNS:fabrikam.com $LONG
leaf expired DNS:contoso.com 20200101000000Z 20210101000000Z
openssl req -new -key leaf-key.pem -subj /CN=contoso.com -out leaf.csr
certify leaf.csr self-signed.pem $LONG -selfsign -keyfile leaf-key.pem \
  -extfile <(echo subjectAltName=DNS:contoso.com)
rm -f leaf.csr ca.cnf index.txt* serial* [0-9][0-9].pem root.key
