// SPDX-License-Identifier: Apache-2.0
import { Writable } from 'node:stream'
import { pipelineSchema } from '../driver/cli/commands/schema/pipeline-schema.js'
import { rulesSchema } from '../driver/cli/commands/schema/rules-schema.js'
import { builtInRegistry } from '../driver/loader/built-in.js'
import { scenarioSchema } from '../plugins/sysflow/scenario/scenario-schema.js'
import { COMMAND_PAGES, commandPages } from './command-pages.js'
import { compatibilityPage } from './compatibility-page.js'
import { COMPONENTS, componentPages } from './component-pages.js'
import { conformancePage } from './conformance-page.js'
import { environmentPage } from './environment.js'
import { MAN_PAGE, manPage } from './man-page.js'
import { deprecatedNamesPage } from './migrating-page.js'
import { attributesPage, errorsPage, exitCodesPage } from './reference-pages.js'

/** Folders in which nothing lies but generated pages. */
export const GENERATED_FOLDERS = [COMPONENTS, COMMAND_PAGES]

/** Where the schemas of files lie, for editors. */
const SCHEMAS = 'resources/schemas'

/** Path → text of every page and schema that `make docs` writes. */
export function generatedPages(): ReadonlyMap<string, string> {
  const registry = builtInRegistry({ stdout: new Writable(), version: '' })
  return new Map([
    ['docs/attributes.md', attributesPage()],
    ['docs/errors.md', errorsPage(registry.errors)],
    ['docs/exit-codes.md', exitCodesPage()],
    ['docs/environment.md', environmentPage()],
    ['docs/compatibility.md', compatibilityPage()],
    ['docs/old-names.md', deprecatedNamesPage()],
    ['docs/plugin-laws.md', conformancePage()],
    ...componentPages(registry),
    ...commandPages(),
    [MAN_PAGE, manPage()],
    [`${SCHEMAS}/pipeline.schema.json`, written(pipelineSchema(registry))],
    [`${SCHEMAS}/rules.schema.json`, written(rulesSchema())],
    [`${SCHEMAS}/scenario.schema.json`, written(scenarioSchema())],
  ])
}

const written = (schema: object): string => `${JSON.stringify(schema, null, 2)}\n`
