// SPDX-License-Identifier: Apache-2.0
import { PLUGIN_KINDS } from '../core/contract/plugin.js'
import { lawsFor } from '../core/published/testing/battery.js'
import type { Law } from '../core/published/testing/laws/law.js'
import { GENERATED, table } from './table.js'

/** docs/plugin-laws.md */
export function lawsPage(): string {
  const common = lawsFor('driver').filter(law => PLUGIN_KINDS.every(kind => lawsFor(kind).includes(law)))
  const sections = PLUGIN_KINDS.map(kind =>
    section(
      `A ${kind}`,
      lawsFor(kind).filter(law => !common.includes(law)),
    ),
  )
  return `${GENERATED}
# The laws of plugins

What \`battery(plugin)\` of \`sfprocessor/testing\` tries, each law in a test of its own. A law that does not apply is skipped, with the
reason. What is built in keeps them as well. How plugins are written and tested: [writing-plugins.md](writing-plugins.md).

${[section('Every plugin', common), ...sections].join('\n')}`
}

function section(title: string, laws: readonly Law[]): string {
  const rows = laws.map(({ name, because }) => [name, because])
  return `## ${title.replace(/^A (?=[aeiou])/, 'An ')}\n\n${table(['law', 'why'], rows)}\n`
}
