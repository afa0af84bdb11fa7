#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Generates grammar/generated/ from Sfpl.g4. Needs Java and the antlr4ts tool of the same version as the runtime.
set -eu
cd "$(dirname "$0")"
VERSION=0.5.0-alpha.4

rm -rf generated
# The tool is a Java program in an npm package. It is fetched on demand and is not a dependency of the project.
${ANTLR4TS:-npx --yes --package "antlr4ts-cli@$VERSION" antlr4ts} -no-listener -no-visitor -Xexact-output-dir -o generated Sfpl.g4
# Only the two source files are needed. The other files are for grammar tools.
find generated -type f ! -name '*.ts' -delete

CHECKSUM=$(sha256sum Sfpl.g4 | cut -d ' ' -f 1)
for file in generated/*.ts; do
  # ES modules need file extensions in imports. The generated code does not satisfy our compiler options. The first line
  # contains the folder of the generation, so it is replaced.
  sed -e 's#from "antlr4ts/\([^"]*\)"#from "antlr4ts/\1.js"#' \
      -e 's#from "\./\([^"]*\)"#from "./\1.js"#' \
      -e '1s#.*#// SPDX-License-Identifier: Apache-2.0\n// @ts-nocheck\n// Generated from Sfpl.g4 by generate.sh; do not edit.\n// SHA-256 of Sfpl.g4: '"$CHECKSUM"'#' \
      "$file" > "$file.new"
  mv "$file.new" "$file"
done
