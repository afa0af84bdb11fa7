// SPDX-License-Identifier: Apache-2.0

import { resolve } from 'node:path'
import type { Batch } from '../../../../core/contract/batch.js'
import type { CommandInvocation } from '../../../../core/contract/command.js'
import type { RecordAdapter } from '../../../../core/contract/record-adapter.js'
import { loadPolicies } from '../../../../core/policy/language/load.js'
import { builtInAdapters, builtInRegistry } from '../../../loader/built-in.js'
import type { Registry } from '../../../loader/registry.js'
import { type PreparedPipeline, prepareToInspect } from '../../../pipeline/prepare.js'
import { adaptersInUse } from '../../../pipeline/wiring.js'
import { packageVersion } from '../../../process/package.js'
import type { ProcessContext } from '../../../process/process-context.js'
import { runSettings } from '../../run-options.js'
import type { ListItem } from './subject.js'

/** The rules of `-policies`, else those of every engine of the pipeline file. Throws their errors. */
export async function ruleItems(options: CommandInvocation['options'], context: ProcessContext): Promise<readonly ListItem[]> {
  const sources = await policySources(options, context)
  const rules = sources.flatMap(({ paths, adapter }) => loadPolicies(paths, adapter.attributes, adapter.recordTypes).policy.rules)
  return rules.map(({ name, description, priority, tags, prefilter, enabled, actions, position: { file, line } }) => ({
    name,
    columns: [enabled ? priority : `${priority} (off)`, `${file}:${line}`],
    details: { name, description, priority, tags, prefilter, enabled, actions: actions.map(action => action.name), file, line },
  }))
}

/** Rule files, and the adapter of the records that the rules match. */
interface PolicySource {
  readonly adapter: RecordAdapter<Batch>
  readonly paths: readonly string[]
}

async function policySources(options: CommandInvocation['options'], context: ProcessContext): Promise<readonly PolicySource[]> {
  if (typeof options.policies === 'string') {
    const [adapter] = await adaptersOf(options, context)
    return adapter ? [{ adapter, paths: [resolve(context.directory, options.policies)] }] : []
  }
  const { wiring } = await prepareFor(options, context)
  const pathsByAdapter = new Map<RecordAdapter<Batch>, Set<string>>()
  for (const { options: settings, inputs } of wiring.stages) {
    const adapter = wiring.adapter(inputs[0]?.type)
    if (typeof settings.policies !== 'string' || !adapter) continue
    pathsByAdapter.set(adapter, (pathsByAdapter.get(adapter) ?? new Set()).add(settings.policies))
  }
  return [...pathsByAdapter].map(([adapter, paths]) => ({ adapter, paths: [...paths] }))
}

/** The adapters of all families; with `-config`, those of the channel types of this pipeline. */
export async function adaptersOf(
  options: CommandInvocation['options'],
  context: ProcessContext,
): Promise<readonly RecordAdapter<Batch>[]> {
  return options.config === undefined ? builtInAdapters() : adaptersInUse((await prepareFor(options, context)).wiring)
}

/** Built-in components; with `-config`, also the plugins of this pipeline, each with its file. */
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

/** Built-in components, and the plugins of a pipeline file, if one is given. */
export async function registryFor(options: CommandInvocation['options'], context: ProcessContext): Promise<Registry> {
  if (options.config !== undefined) return (await prepareFor(options, context)).plugins
  return builtInRegistry({ stdout: context.stdout, version: packageVersion() })
}

async function prepareFor({ config }: CommandInvocation['options'], context: ProcessContext): Promise<PreparedPipeline> {
  return prepareToInspect(runSettings({ config, test: true }), context)
}
