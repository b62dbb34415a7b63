#!/usr/bin/env bash
# Makes an authority, a certificate for each node and one for an operator, in ./certificates of the folder that it is called in.
# usage: make-certificates.sh [NODE=HOST[,HOST…]…]   default: node-1, node-2 and node-3, each of this machine
# GARRISON: the command to call, default garrison. CLUSTER: cluster.name, default garrison.
set -euo pipefail
read -r -a garrison <<<"${GARRISON:-garrison}"
nodes=("$@")
[ ${#nodes[@]} -gt 0 ] || nodes=(node-{1,2,3}=localhost,127.0.0.1)

"${garrison[@]}" cert init --dir certificates --cluster "${CLUSTER:-garrison}"
for node in "${nodes[@]}"; do
  hosts=()
  IFS=, read -r -a names <<<"${node#*=}"
  for name in "${names[@]}"; do hosts+=(--host "$name"); done
  "${garrison[@]}" cert issue --dir certificates --node "${node%%=*}" "${hosts[@]}"
done
"${garrison[@]}" cert issue --dir certificates --client operator --role operator
"${garrison[@]}" cert issue --dir certificates --client prometheus --role viewer
