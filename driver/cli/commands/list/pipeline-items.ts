// SPDX-License-Identifier: Apache-2.0
import { resolve } from 'node:path'
import { loadPolicies } from '../../../../core/policy/language/load.js'
import { SYSFLOW_ATTRIBUTES } from '../../../../plugins/sysflow/attributes/attributes.js'
import { SYSFLOW_ADAPTER } from '../../../../plugins/sysflow/attributes/sysflow-adapter.js'
import { builtInRegistry } from '../../../loader/built-in.js'
import type { Registry } from '../../../loader/registry.js'
import { type PreparedPipeline, type ProcessContext, prepareToInspect } from '../../../pipeline/prepare.js'
import { packageVersion } from '../../../process/package.js'
import { runSettings } from '../../run-options.js'
import type { CommandInvocation } from '../command.js'
import type { ListItem } from './subject.js'

/** The rules of `-policies`, else those of every engine of the pipeline file. Throws what is wrong with them. */
export async function ruleItems(options: CommandInvocation['options'], context: ProcessContext): Promise<readonly ListItem[]> {
  const paths =
    typeof options.policies === 'string' ? [resolve(context.directory, options.policies)] : await policiesOf(options, context)
  const { policy } = loadPolicies(paths, SYSFLOW_ATTRIBUTES, SYSFLOW_ADAPTER.recordTypes)
  return policy.rules.map(({ name, description, priority, tags, prefilter, enabled, actions, position: { file, line } }) => ({
    name,
    columns: [enabled ? priority : `${priority} (off)`, `${file}:${line}`],
    details: { name, description, priority, tags, prefilter, enabled, actions: actions.map(action => action.name), file, line },
  }))
}

async function policiesOf(options: CommandInvocation['options'], context: ProcessContext): Promise<string[]> {
  const { wiring } = await prepareFor(options, context)
  const paths = wiring.stages.map(stage => stage.options.policies).filter(path => typeof path === 'string')
  return [...new Set(paths)]
}

/** What is built in; with `-config`, also the plugins that this pipeline has, each with its file. */
export async function componentItems(
  options: CommandInvocation['options'],
  context: ProcessContext,
): Promise<readonly ListItem[]> {
  const registry = await registryFor(options, context)
  return registry.plugins.map(plugin => {
    const { kind, name, summary, contract } = plugin
    const file = registry.origin(plugin)
    return { name, columns: [kind, summary], details: { name, kind, summary, contract, ...(file !== undefined && { file }) } }
  })
}

/** With `-config`, the error codes of the plugins of this pipeline are listed as well. */
export async function codeItems(options: CommandInvocation['options'], context: ProcessContext): Promise<readonly ListItem[]> {
  const { errors } = await registryFor(options, context)
  return Object.entries(errors).map(([name, { what, hint }]) => ({ name, columns: [what], details: { name, what, hint } }))
}

/** What is built in, and the plugins that a pipeline file names, if one is given. */
export async function registryFor(options: CommandInvocation['options'], context: ProcessContext): Promise<Registry> {
  if (options.config !== undefined) return (await prepareFor(options, context)).plugins
  return builtInRegistry({ stdout: context.stdout, version: packageVersion() })
}

async function prepareFor({ config }: CommandInvocation['options'], context: ProcessContext): Promise<PreparedPipeline> {
  return prepareToInspect(runSettings({ config, test: true }), context)
}
