// SPDX-License-Identifier: Apache-2.0

import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { listedAttributes } from '../../../../core/contract/record-adapter.js'
import { PolicyFindings } from '../../../../core/policy/language/policy-findings.js'
import { findFiles } from '../../../../core/policy/language/read-sources.js'
import { loadSettings } from '../../../config/pipeline-file/load-settings.js'
import { type Settings, type SettingsSection, settingOf } from '../../../config/settings.js'
import { builtInAdapters, builtInRegistry } from '../../../loader/built-in.js'
import type { Registry } from '../../../loader/registry.js'
import { programRoot } from '../../../process/package.js'
import type { ProcessContext } from '../../../process/process-context.js'
import { runSettings } from '../../run-options.js'
import type { CompletionCandidate } from './candidate.js'

/**
 * Names that a completion offers. Names that are slow to find, or in broken files, are omitted without a message. Plugin code is
 * not run for a completion.
 */
export const attributeCandidates = async (): Promise<readonly CompletionCandidate[]> =>
  (await builtInAdapters())
    .flatMap(({ attributes }) => listedAttributes(attributes))
    .map(({ name, description }) => ({ word: name, description }))

export const errorCodeCandidates = async (context: ProcessContext): Promise<readonly CompletionCandidate[]> =>
  Object.entries((await registry(context)).errors).map(([word, { what }]) => ({ word, description: what }))

/** Built-in drivers and those in driver folders. */
export async function driverCandidates(context: ProcessContext): Promise<readonly CompletionCandidate[]> {
  const [{ pluginSearchOf }, { findModules }, { settings }] = await Promise.all([
    import('../../../loader/plugin-folders.js'),
    import('../../../loader/plugin-search.js'),
    loadPipelineSettings(context),
  ])
  const search = pluginSearchOf(settings, runSettings({}), context.environment, context.directory)
  const found = findModules({ ...search, namedModules: [] }, []).filter(
    ({ kinds }) => kinds.length === 1 && kinds[0] === 'driver',
  )
  const drivers = (await registry(context)).all('driver').map(({ name, summary }) => ({ word: name, description: summary }))
  return [...drivers, ...found.flatMap(({ name }) => (name === undefined ? [] : [{ word: name, description: 'a plugin' }]))]
}

export async function componentCandidates(context: ProcessContext): Promise<readonly CompletionCandidate[]> {
  const { plugins } = await registry(context)
  return plugins.map(({ kind, name, summary }) => ({ word: name, description: `${kind}: ${summary}` }))
}

/** Values of the option `-format` and of the key `format`. */
export async function formatCandidates(context: ProcessContext): Promise<readonly CompletionCandidate[]> {
  const encoders = (await registry(context))
    .all('encoder')
    .map(({ name, summary }): [string, CompletionCandidate] => [name, { word: name, description: summary }])
  return [...new Map(encoders).values()]
}

export async function transportCandidates(context: ProcessContext): Promise<readonly CompletionCandidate[]> {
  const transports = (await registry(context)).all('transport').map(({ name, summary }) => ({ word: name, description: summary }))
  return [...transports, { word: 'null', description: 'no target: records are only counted' }]
}

export const recordTypeCandidates = async (): Promise<readonly CompletionCandidate[]> =>
  (await builtInAdapters()).flatMap(({ recordTypes }) => recordTypes).map(word => ({ word, description: '' }))

/** Channel types whose records rules can match. */
export const adapterCandidates = async (): Promise<readonly CompletionCandidate[]> =>
  (await builtInAdapters()).map(({ channel }) => ({ word: channel, description: '' }))

/** Loaded on demand: it takes longer than everything else here. */
const registry = ({ stdout }: ProcessContext): Promise<Registry> => builtInRegistry({ stdout, version: '' })

export async function channelCandidates(context: ProcessContext): Promise<readonly CompletionCandidate[]> {
  const { settings } = await loadPipelineSettings(context)
  const channels = [...settings.drivers, ...settings.pipeline].flatMap(section => [
    ...channelTexts(section, 'in'),
    ...channelTexts(section, 'out'),
  ])
  return [
    ...new Map(
      channels.map(text => text.split(/\s+/)).map(([word = '', description = '']) => [word, { word, description }]),
    ).values(),
  ]
}

const channelTexts = (section: SettingsSection, key: string): string[] =>
  [settingOf(section, key)?.value ?? []].flat().map(String)

/** Rules of the policies in the pipeline file of the current folder, else of the shipped policies. */
export async function ruleCandidates(context: ProcessContext): Promise<readonly CompletionCandidate[]> {
  const { file, settings } = await loadPipelineSettings(context)
  const folders = [context.directory, dirname(file), programRoot()]
  const named = settings.pipeline.map(section => settingOf(section, 'policies')?.value).filter(path => typeof path === 'string')
  const paths = named.flatMap(path => folders.map(folder => resolve(folder, path)).find(existsSync) ?? [])
  const rules = findFiles(paths, new PolicyFindings()).flatMap(rulesIn)
  return [...new Map(rules.map(rule => [rule.word, rule])).values()]
}

/** Rules are found by a pattern, not by the parser: a file with syntax errors still has names. */
function rulesIn(file: string): CompletionCandidate[] {
  if (statSync(file).size > MAX_FILE_BYTES) return []
  return [...readFileSync(file, 'utf8').matchAll(/^- *rule: *(.*\S)/gm)]
    .map(match => match[1] ?? '')
    .map(ruleText => ({ word: ruleText.replace(/^(["'])(.*)\1$/, '$2'), description: '' }))
}

const MAX_FILE_BYTES = 1024 * 1024

async function loadPipelineSettings({ directory, environment }: ProcessContext): Promise<{ file: string; settings: Settings }> {
  const localFile = resolve(directory, 'pipeline.json')
  const file = existsSync(localFile) ? localFile : join(programRoot(), 'resources', 'pipelines', 'default.json')
  return { file, settings: await loadSettings(file, environment) }
}
