// SPDX-License-Identifier: Apache-2.0

import type { CommandDefinition } from '../../../core/contract/command.js'
import { EXIT } from '../../exit-codes.js'
import { FAMILIES } from '../../loader/built-in.js'
import type { ProcessContext } from '../../process/process-context.js'

/** Names of the available schemas: files of the program first, then files of families. */
export const SCHEMA_KINDS: readonly string[] = [
  'pipeline',
  'rules',
  ...FAMILIES.flatMap(({ schemas = [] }) => schemas.map(({ kind }) => kind)),
]

export const schemaCommand: CommandDefinition<ProcessContext> = {
  name: 'schema',
  summary: 'print the JSON Schema of a file type, for editors and other programs',
  arguments: [{ name: '<kind>', description: 'file type', choices: SCHEMA_KINDS }],
  options: [{ flags: '--config <file>', description: 'pipeline file; the schema includes its plugins (default: none)' }],
  examples: [
    { line: 'sfprocessor schema pipeline > pipeline.schema.json', description: 'schema of pipeline files' },
    { line: 'sfprocessor schema rules > rules.schema.json', description: 'schema of rule files in YAML' },
  ],
  async run({ arguments: [kind = ''], options: { config } }, context) {
    const { schemaOf } = await import('./schema/schema-of.js')
    const schema = await schemaOf(kind, typeof config === 'string' ? config : undefined, context)
    context.stdout.write(`${JSON.stringify(schema, null, 2)}\n`)
    return EXIT.ok
  },
}
