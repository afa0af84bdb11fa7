// SPDX-License-Identifier: Apache-2.0
import { EXIT } from '../../exit-codes.js'
import type { CommandKind } from './command.js'

/** What there is a schema of. */
export const SCHEMAS = ['pipeline', 'rules', 'scenario'] as const

export const schemaCommand: CommandKind = {
  name: 'schema',
  summary: 'print the JSON Schema of a kind of files, for editors and other programs',
  arguments: [{ name: '<kind>', description: 'the kind of files', choices: SCHEMAS }],
  options: [{ flags: '--config <file>', description: 'pipeline file whose plugins the schema is to know (default: none)' }],
  examples: [
    { line: 'sfprocessor schema pipeline > pipeline.schema.json', says: 'what a pipeline file may hold' },
    { line: 'sfprocessor schema rules > rules.schema.json', says: 'what a rule file in YAML may hold' },
  ],
  async run({ arguments: [kind = ''], options: { config } }, world) {
    const { schemaOf } = await import('./schema/schema-of.js')
    const schema = await schemaOf(kind, typeof config === 'string' ? config : undefined, world)
    world.stdout.write(`${JSON.stringify(schema, null, 2)}\n`)
    return EXIT.ok
  },
}
