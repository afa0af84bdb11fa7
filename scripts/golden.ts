// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runSimulate } from '../plugins/sysflow/scenario/simulate-command.js'
import { GOLDEN_FOLDER, goldenOutput } from './golden-output.js'

/** `make golden`: writes the shipped trace from its scenario, and the program's output for it. Review the difference. */
runSimulate('resources/scenarios/webshell.yaml', 'resources/traces/webshell.sf')
mkdirSync(GOLDEN_FOLDER, { recursive: true })
for (const [name, text] of await goldenOutput()) {
  writeFileSync(join(GOLDEN_FOLDER, name), text)
  process.stdout.write(`${name}: ${text.trimEnd().split('\n').length} records\n`)
}
