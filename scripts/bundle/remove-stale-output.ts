// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** `make build`: removes the output of deleted sources from dist/, so that no deleted test runs. */
for (const name of readdirSync('dist', { recursive: true, encoding: 'utf8' })) {
  const [, stem] = /^(?!bundle\/)(.*?)(?:\.d\.ts|\.js(?:\.map)?)$/.exec(name) ?? []
  if (stem !== undefined && !existsSync(`${stem}.ts`)) rmSync(join('dist', name), { force: true })
}
