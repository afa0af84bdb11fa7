#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Copies the packed program (what `npm pack` contains, with its run-time dependencies) into an installation folder.
set -euo pipefail
target=$1   # where to copy now
prefix=$2   # where it will live
rules=${3:-attack}   # which of the shipped rule sets

pack=$(mktemp -d)
trap 'rm -rf "$pack"' EXIT
npm pack --silent --ignore-scripts --pack-destination "$pack" >/dev/null
rm -rf "$target/lib/sfprocessor"
mkdir -p "$target/lib/sfprocessor"
tar -xzf "$pack"/*.tgz -C "$target/lib/sfprocessor" --strip-components=1
cp package-lock.json "$target/lib/sfprocessor/"
(cd "$target/lib/sfprocessor" && npm ci --omit=dev --ignore-scripts --silent && rm package-lock.json)

cat > "$target/bin/sfprocessor" <<EOF
#!/bin/sh
exec node "$prefix/lib/sfprocessor/dist/bundle/main.js" "\$@"
EOF
chmod 755 "$target/bin/sfprocessor"

# Settings and rules belong to the operator: an existing one is never overwritten.
[ -e "$target/conf/pipeline.json" ] || sed -e "s#\"policies/[a-z]*\"#\"$prefix/resources/policies\"#" -e 's#"../schemas/#"../resources/schemas/#' resources/pipelines/default.json > "$target/conf/pipeline.json"
mkdir -p "$target/resources/policies" "$target/resources/plugins" "$target/resources/drivers" "$target/resources/handlers" "$target/resources/actions"
cp -Rn "policies/$rules/." "$target/resources/policies/" 2>/dev/null || true
cp -R resources/pipelines resources/schemas "$target/resources/"
# Where man and the shells look for such files below a prefix.
share="$target/share"
mkdir -p "$share/man/man1" "$share/bash-completion/completions" "$share/zsh/site-functions" "$share/fish/vendor_completions.d"
# Images are built without documents.
[ ! -e docs/man/sfprocessor.1 ] || cp docs/man/sfprocessor.1 "$share/man/man1/"
cp resources/completion/sfprocessor.bash "$share/bash-completion/completions/sfprocessor"
cp resources/completion/_sfprocessor "$share/zsh/site-functions/"
cp resources/completion/sfprocessor.fish "$share/fish/vendor_completions.d/"
echo "installed in $target; settings in $prefix/conf/pipeline.json, rules in $prefix/resources/policies"
