// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { CATALOGUE } from '../../../../core/errors/catalogue.js'
import { findFiles } from '../../../../core/policy/language/find-files.js'
import { Findings } from '../../../../core/policy/language/findings.js'
import { ATTRIBUTES } from '../../../../plugins/sysflow/attributes/attributes.js'
import { SYSFLOW_SOURCE } from '../../../../plugins/sysflow/attributes/source.js'
import { loadSettings } from '../../../config/load-settings.js'
import { type Section, type Settings, settingOf } from '../../../config/settings.js'
import { packageRoot } from '../../../process/package.js'
import type { Registry } from '../../../loader/registry.js'
import type { World } from '../../../pipeline/prepare.js'
import { runSettings } from '../../run-options.js'
import type { Candidate } from './values.js'

/**
 * Names that a completion offers. What cannot be found out quickly, or is broken, is left out without a word; code of plugins is
 * not run for it.
 */
export const attributeNames = (): readonly Candidate[] =>
  ATTRIBUTES.map(({ name, description }) => ({ word: name, says: description }))

export const codes = (): readonly Candidate[] =>
  Object.entries(CATALOGUE).map(([word, { what }]): Candidate => ({ word, says: what }))

/** Those that are built in, and what lies in folders of drivers. */
export async function driverNames(world: World): Promise<readonly Candidate[]> {
  const [{ placesOf }, { modulesOf }, { settings }] = await Promise.all([
    import('../../../loader/places.js'),
    import('../../../loader/search.js'),
    pipelineHere(world),
  ])
  const search = placesOf(settings, runSettings({}), world.environment, world.directory)
  const found = modulesOf({ ...search, named: [] }, []).filter(({ kinds }) => kinds.length === 1 && kinds[0] === 'driver')
  const drivers = (await registry(world)).all('driver').map(({ name, summary }) => ({ word: name, says: summary }))
  return [...drivers, ...found.flatMap(({ name }) => (name === undefined ? [] : [{ word: name, says: 'a plugin' }]))]
}

export async function componentNames(world: World): Promise<readonly Candidate[]> {
  const { plugins } = await registry(world)
  return plugins.map(({ kind, name, summary }) => ({ word: name, says: `${kind}: ${summary}` }))
}

/** Of the option `-format` and the key `format`. */
export async function formatNames(world: World): Promise<readonly Candidate[]> {
  const encoders = (await registry(world))
    .all('encoder')
    .map(({ name, summary }): [string, Candidate] => [name, { word: name, says: summary }])
  return [...new Map(encoders).values()]
}

export async function transportNames(world: World): Promise<readonly Candidate[]> {
  const transports = (await registry(world)).all('transport').map(({ name, summary }) => ({ word: name, says: summary }))
  return [...transports, { word: 'null', says: 'nowhere: records are counted' }]
}

export const recordTypes = (): readonly Candidate[] => SYSFLOW_SOURCE.recordTypes.map(word => ({ word, says: '' }))

/** Loaded late: it takes longer than all else here. */
const registry = async ({ stdout }: World): Promise<Registry> =>
  (await import('../../../loader/built-in.js')).builtInRegistry({ stdout, version: '' })

export async function channelNames(world: World): Promise<readonly Candidate[]> {
  const { settings } = await pipelineHere(world)
  const wired = [...settings.drivers, ...settings.pipeline].flatMap(section => [...ends(section, 'in'), ...ends(section, 'out')])
  return [...new Map(wired.map(text => text.split(/\s+/)).map(([word = '', says = '']) => [word, { word, says }])).values()]
}

const ends = (section: Section, key: string): string[] => [settingOf(section, key)?.value ?? []].flat().map(String)

/** Of the policies that the pipeline file in the current folder names, else of those that are shipped. */
export async function ruleNames(world: World): Promise<readonly Candidate[]> {
  const { file, settings } = await pipelineHere(world)
  const folders = [world.directory, dirname(file), packageRoot()]
  const named = settings.pipeline.map(section => settingOf(section, 'policies')?.value).filter(path => typeof path === 'string')
  const paths = named.flatMap(path => folders.map(folder => resolve(folder, path)).find(existsSync) ?? [])
  const rules = findFiles(paths, new Findings()).flatMap(rulesIn)
  return [...new Map(rules.map(rule => [rule.word, rule])).values()]
}

/** Rules are looked for, not parsed: a file that is being written still has names. */
function rulesIn(file: string): Candidate[] {
  if (statSync(file).size > LARGEST_FILE) return []
  return [...readFileSync(file, 'utf8').matchAll(/^- *rule: *(.*\S)/gm)]
    .map(match => match[1] ?? '')
    .map(written => ({ word: written.replace(/^(["'])(.*)\1$/, '$2'), says: '' }))
}

const LARGEST_FILE = 1024 * 1024

async function pipelineHere({ directory }: World): Promise<{ file: string; settings: Settings }> {
  const own = resolve(directory, 'pipeline.json')
  const file = existsSync(own) ? own : join(packageRoot(), 'resources', 'pipelines', 'default.json')
  return { file, settings: await loadSettings(file) }
}
