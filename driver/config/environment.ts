// SPDX-License-Identifier: Apache-2.0
import type { OptionsSchema } from '../../core/contract/plugin.js'
import { Fault } from '../../core/errors/fault.js'
import { nearest } from '../../core/errors/nearest.js'
import { type Section, type Setting, type Settings, settingOf } from './settings.js'

export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Lays `<STAGE>_<KEY>` variables over the settings of every stage whose name or processor is STAGE. Letter case does not
 * matter, and `_` stands for `.` (EXPORTER_SYSLOG_HOST sets syslog.host). A variable of the name beats one of the processor.
 * A variable that names a stage but none of its settings is a warning: environments are shared with other programs.
 */
export function overlay(
  settings: Settings,
  environment: Environment,
  schemaOf: (processor: string) => OptionsSchema | undefined,
): { readonly settings: Settings; readonly warnings: readonly Fault[] } {
  const variables = Object.keys(environment).sort()
  const misses = new Map<string, Fault>()
  const hits = new Set<string>()
  const pipeline = settings.pipeline.map(section => {
    const names = namesOf(section)
    const schema = schemaOf(names.at(0) ?? '')
    if (!schema) return section
    const keys = keysOf(schema)
    const layer = new Map<string, Setting>()
    for (const name of names) {
      for (const variable of variables) {
        const wanted = suffix(variable, name)
        const value = environment[variable]
        if (wanted === undefined || value === undefined) continue
        const key = keys.get(wanted)
        if (key === undefined) misses.set(variable, unknownVariable(variable, name, wanted, keys))
        else {
          hits.add(variable)
          layer.set(key, { key, value, written: value, origin: { kind: 'environment', variable } })
        }
      }
    }
    return { ...section, environment: layer }
  })
  const warnings = [...misses].filter(([variable]) => !hits.has(variable)).map(([, fault]) => fault)
  return { settings: { ...settings, pipeline }, warnings }
}

/** Processor first: what its variables say, those of the name may change. */
function namesOf(section: Section): string[] {
  const texts = ['processor', 'name'].map(key => settingOf(section, key)?.value)
  return texts.filter(text => typeof text === 'string').filter(text => text !== '')
}

const WIRING_KEYS = ['in', 'out']

/** Folded spelling → key as the schema or the stage writes it. */
function keysOf(schema: OptionsSchema): Map<string, string> {
  const today = Object.keys(schema.properties)
  const former = Object.values(schema.properties).flatMap(option => option.formerly ?? [])
  return new Map([...former, ...today, ...WIRING_KEYS].map(key => [fold(key), key]))
}

const fold = (text: string): string => text.toLowerCase().replace(/[_-]/g, '.')

function suffix(variable: string, name: string): string | undefined {
  const folded = fold(variable)
  const prefix = `${fold(name)}.`
  return folded.startsWith(prefix) && folded.length > prefix.length ? folded.slice(prefix.length) : undefined
}

function unknownVariable(variable: string, name: string, wanted: string, keys: ReadonlyMap<string, string>): Fault {
  const close = nearest(wanted, keys.keys())
  const details = {
    variable,
    component: `stage "${name}"`,
    nearest: close === undefined ? '' : `${name}_${close.replaceAll('.', '_')}`.toUpperCase(),
  }
  return new Fault('SFP_CONFIG_UNKNOWN_VARIABLE', details, { level: 'warning' })
}
