#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes grammar/generated/ from Sfpl.g4. Needs Java and the antlr4ts tool of the same version as the runtime.
set -eu
cd "$(dirname "$0")"
VERSION=0.5.0-alpha.4

rm -rf generated
# The tool is Java in an npm package: fetched when needed, no dependency of ours.
${ANTLR4TS:-npx --yes --package "antlr4ts-cli@$VERSION" antlr4ts} -no-listener -no-visitor -Xexact-output-dir -o generated Sfpl.g4
# Only the two sources are ours to keep; the others serve tools that read grammars.
find generated -type f ! -name '*.ts' -delete

CHECKSUM=$(sha256sum Sfpl.g4 | cut -d ' ' -f 1)
for file in generated/*.ts; do
  # Imports need their extension to run as ES modules; the generated code is not written for our compiler options; the
  # first line names the folder it was generated in.
  sed -e 's#from "antlr4ts/\([^"]*\)"#from "antlr4ts/\1.js"#' \
      -e 's#from "\./\([^"]*\)"#from "./\1.js"#' \
      -e '1s#.*#// SPDX-License-Identifier: Apache-2.0\n// @ts-nocheck\n// Generated from Sfpl.g4 by generate.sh; do not edit.\n// SHA-256 of Sfpl.g4: '"$CHECKSUM"'#' \
      "$file" > "$file.new"
  mv "$file.new" "$file"
done
