// SPDX-License-Identifier: Apache-2.0
import { Writable } from 'node:stream'
import { builtInRegistry } from '../driver/plugins/built-in.js'
import { compatibilityPage } from './compatibility-page.js'
import { oldNamesPage } from './migrating-page.js'
import { attributesPage, commandLinePage, componentPage, errorsPage, exitCodesPage } from './reference-pages.js'

/** Where generated pages lie that are one for each component: nothing else may lie there. */
export const COMPONENTS = 'docs/components'

/** Path → text of every page that `make docs` writes. */
export function generatedPages(): ReadonlyMap<string, string> {
  const plugins = builtInRegistry({ stdout: new Writable(), version: '' }).plugins
  return new Map([
    ['docs/attributes.md', attributesPage()],
    ['docs/errors.md', errorsPage()],
    ['docs/exit-codes.md', exitCodesPage()],
    ['docs/command-line.md', commandLinePage()],
    ['docs/compatibility.md', compatibilityPage()],
    ['docs/old-names.md', oldNamesPage()],
    ...plugins.map(plugin => [`${COMPONENTS}/${plugin.kind}-${plugin.name}.md`, componentPage(plugin)] as const),
  ])
}
