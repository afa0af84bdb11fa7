// SPDX-License-Identifier: Apache-2.0
import { Writable } from 'node:stream'
import { pipelineSchema } from '../driver/cli/commands/schema/pipeline-schema.js'
import { recordTypesOf, rulesSchema } from '../driver/cli/commands/schema/rules-schema.js'
import { builtInRegistry, FAMILIES } from '../driver/loader/built-in.js'
import { COMMAND_PAGES, commandPages } from './command-pages.js'
import { compatibilityPage } from './compatibility-page.js'
import { COMPONENTS, componentPages } from './component-pages.js'
import { conformancePage } from './conformance-page.js'
import { environmentPage } from './environment.js'
import { MAN_PAGE, manPage } from './man-page.js'
import { deprecatedNamesPage } from './migrating-page.js'
import { attributesPage, errorsPage, exitCodesPage } from './reference-pages.js'

/** Folders that contain only generated pages. */
export const GENERATED_FOLDERS = [COMPONENTS, COMMAND_PAGES]

/** The folder of the file schemas, for editors. */
const SCHEMAS = 'resources/schemas'

/** Path → text of every page and schema that `make docs` writes. */
export async function generatedPages(): Promise<ReadonlyMap<string, string>> {
  const registry = await builtInRegistry({ stdout: new Writable(), version: '' })
  return new Map([
    ['docs/attributes.md', attributesPage()],
    ['docs/errors.md', errorsPage(registry.errors)],
    ['docs/exit-codes.md', exitCodesPage()],
    ['docs/environment.md', environmentPage()],
    ['docs/compatibility.md', compatibilityPage()],
    ['docs/old-names.md', deprecatedNamesPage()],
    ['docs/plugin-contract.md', conformancePage()],
    ...componentPages(registry),
    ...commandPages(),
    [MAN_PAGE, manPage()],
    [`${SCHEMAS}/pipeline.schema.json`, written(pipelineSchema(registry))],
    [`${SCHEMAS}/rules.schema.json`, written(rulesSchema(recordTypesOf(registry.adapters)))],
    ...(await familySchemas()),
  ])
}

async function familySchemas(): Promise<[string, string][]> {
  const schemas = FAMILIES.flatMap(family => family.schemas ?? [])
  return Promise.all(
    schemas.map(
      async ({ kind, schema }): Promise<[string, string]> => [`${SCHEMAS}/${kind}.schema.json`, written(await schema())],
    ),
  )
}

const written = (schema: object): string => `${JSON.stringify(schema, null, 2)}\n`
