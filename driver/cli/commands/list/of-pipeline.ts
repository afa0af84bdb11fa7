// SPDX-License-Identifier: Apache-2.0
import { resolve } from 'node:path'
import { loadPolicies } from '../../../../core/policy/language/load.js'
import { VOCABULARY } from '../../../../plugins/sysflow/attributes/attributes.js'
import { SYSFLOW_SOURCE } from '../../../../plugins/sysflow/attributes/source.js'
import { packageVersion } from '../../../process/package.js'
import { builtInRegistry } from '../../../loader/built-in.js'
import { type Prepared, prepare, type World } from '../../../pipeline/prepare.js'
import { runSettings } from '../../run-options.js'
import type { Call } from '../command.js'
import type { Item } from './subject.js'

/** The rules of `-policies`, else those of every engine of the pipeline file. Throws what is wrong with them. */
export async function ruleItems(options: Call['options'], world: World): Promise<readonly Item[]> {
  const paths =
    typeof options.policies === 'string' ? [resolve(world.directory, options.policies)] : await policiesOf(options, world)
  const { policy } = loadPolicies(paths, VOCABULARY, SYSFLOW_SOURCE.recordTypes)
  return policy.rules.map(({ name, description, priority, tags, prefilter, enabled, actions, place: { file, line } }) => ({
    name,
    columns: [enabled ? priority : `${priority} (off)`, `${file}:${line}`],
    facts: { name, description, priority, tags, prefilter, enabled, actions: actions.map(action => action.name), file, line },
  }))
}

async function policiesOf(options: Call['options'], world: World): Promise<string[]> {
  const { wiring } = await preparedFor(options, world)
  const paths = wiring.stages.map(stage => stage.options.policies).filter(path => typeof path === 'string')
  return [...new Set(paths)]
}

/** What is built in; with `-config`, also the plugins that this pipeline has, each with its file. */
export async function componentItems(options: Call['options'], world: World): Promise<readonly Item[]> {
  const registry =
    options.config === undefined
      ? builtInRegistry({ stdout: world.stdout, version: packageVersion() })
      : (await preparedFor(options, world)).plugins
  return registry.plugins.map(plugin => {
    const { kind, name, summary, contract } = plugin
    const file = registry.origin(plugin)
    return { name, columns: [kind, summary], facts: { name, kind, summary, contract, ...(file !== undefined && { file }) } }
  })
}

async function preparedFor({ config }: Call['options'], world: World): Promise<Prepared> {
  return prepare(runSettings({ config, test: true }), world)
}
