// SPDX-License-Identifier: Apache-2.0
import { PLUGIN_KINDS } from '../core/contract/plugin.js'
import type { ConformanceTest } from '../core/published/testing/conformance/conformance-test.js'
import { conformanceTestsFor } from '../core/published/testing/conformance-suite.js'
import { GENERATED, markdownTable } from './markdown.js'

/** docs/plugin-laws.md */
export function conformancePage(): string {
  const common = conformanceTestsFor('driver').filter(conformanceTest =>
    PLUGIN_KINDS.every(kind => conformanceTestsFor(kind).includes(conformanceTest)),
  )
  const sections = PLUGIN_KINDS.map(kind =>
    section(
      `A ${kind}`,
      conformanceTestsFor(kind).filter(conformanceTest => !common.includes(conformanceTest)),
    ),
  )
  return `${GENERATED}
# The laws of plugins

What \`conformanceSuite(plugin)\` of \`sfprocessor/testing\` tries, each law in a test of its own. A law that does not apply is skipped, with the
reason. What is built in keeps them as well. How plugins are written and tested: [writing-plugins.md](writing-plugins.md).

${[section('Every plugin', common), ...sections].join('\n')}`
}

function section(title: string, conformanceTests: readonly ConformanceTest[]): string {
  const rows = conformanceTests.map(({ name, rationale }) => [name, rationale])
  return `## ${title.replace(/^A (?=[aeiou])/, 'An ')}\n\n${markdownTable(['law', 'why'], rows)}\n`
}
