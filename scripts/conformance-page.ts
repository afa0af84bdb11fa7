// SPDX-License-Identifier: Apache-2.0
import { PLUGIN_KINDS } from '../core/contract/plugin.js'
import { type ConformanceTest, conformanceTestsFor } from '../driver/loader/testing.js'
import { GENERATED, markdownTable } from './markdown.js'

/** docs/plugin-contract.md */
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
# The plugin contract

The tests that \`conformanceSuite(plugin)\` of \`sfprocessor/testing\` runs, each as a test of its own. A test that does not apply to
the plugin is skipped with the reason. Built-in components pass the same tests. How to write and test plugins:
[writing-plugins.md](writing-plugins.md).

${[section('Every plugin', common), ...sections].join('\n')}`
}

function section(title: string, conformanceTests: readonly ConformanceTest[]): string {
  const rows = conformanceTests.map(({ name, rationale }) => [name, rationale])
  return `## ${title.replace(/^A (?=[aeiou])/, 'An ')}\n\n${markdownTable(['requirement', 'why'], rows)}\n`
}
