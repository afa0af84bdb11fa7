// SPDX-License-Identifier: Apache-2.0
import { Writable } from 'node:stream'
import { pipelineSchema } from '../driver/commands/schema/pipeline-schema.js'
import { rulesSchema } from '../driver/commands/schema/rules-schema.js'
import { scenarioSchema } from '../driver/commands/schema/scenario-schema.js'
import { builtInRegistry } from '../driver/plugins/built-in.js'
import { compatibilityPage } from './compatibility-page.js'
import { oldNamesPage } from './migrating-page.js'
import { attributesPage, commandLinePage, componentPage, errorsPage, exitCodesPage } from './reference-pages.js'

/** Where generated pages lie that are one for each component: nothing else may lie there. */
export const COMPONENTS = 'docs/components'

/** Where the schemas of files lie, for editors. */
const SCHEMAS = 'resources/schemas'

/** Path → text of every page and schema that `make docs` writes. */
export function generatedPages(): ReadonlyMap<string, string> {
  const registry = builtInRegistry({ stdout: new Writable(), version: '' })
  const { plugins } = registry
  return new Map([
    ['docs/attributes.md', attributesPage()],
    ['docs/errors.md', errorsPage()],
    ['docs/exit-codes.md', exitCodesPage()],
    ['docs/command-line.md', commandLinePage()],
    ['docs/compatibility.md', compatibilityPage()],
    ['docs/old-names.md', oldNamesPage()],
    ...plugins.map(plugin => [`${COMPONENTS}/${plugin.kind}-${plugin.name}.md`, componentPage(plugin)] as const),
    [`${SCHEMAS}/pipeline.schema.json`, written(pipelineSchema(registry))],
    [`${SCHEMAS}/rules.schema.json`, written(rulesSchema())],
    [`${SCHEMAS}/scenario.schema.json`, written(scenarioSchema())],
  ])
}

const written = (schema: object): string => `${JSON.stringify(schema, null, 2)}\n`
