// SPDX-License-Identifier: Apache-2.0
import { Fault } from '../../../core/errors/fault.js'
import { SCHEMA_VERSION } from '../avro/schema-v5.js'
import type { HeaderRecord } from '../avro/trace-record.js'
import { checkNames } from './check-names.js'
import { keysOf } from './keys.js'
import { readContainers, readFiles, readPods, readProcesses, readUsers } from './read-entities.js'
import { readTracks, value } from './read-events.js'
import type { Happening, Scenario } from './scenario.js'
import { type Section, Sheet } from './sheet.js'
import { ADDRESS, MOMENT, TEXT } from './values.js'

/** A file's scenarios by variant; one that has events instead of variants gives its one scenario under ''. */
export type Variants = ReadonlyMap<string, Scenario>

/** Reads the text of a scenario file. Throws every fault in it, each with its place. `file` is only shown. */
export function readScenarios(text: string, file: string): Variants {
  const sheet = new Sheet(text, file)
  if (!sheet.root) throw new Fault('SFP_SCENARIO_MISSING_KEY', { section: 'a scenario', key: 'events' }, { where: file })
  const section = sheet.section(sheet.root, 'a scenario', keysOf('scenario'))
  const scenarios = section ? readAll(sheet, section) : new Map<string, Scenario>()
  for (const scenario of scenarios.values()) checkNames(sheet, scenario)
  sheet.finish()
  return scenarios
}

/** The one scenario of a file, or the variant that is asked for. */
export function readScenario(text: string, file: string, variant = ''): Scenario {
  const variants = readScenarios(text, file)
  const scenario = variants.get(variant)
  if (scenario) return scenario
  throw new Fault('SFP_SCENARIO_VARIANTS', { name: variant, known: [...variants.keys()].join(', ') || 'none' }, { where: file })
}

function readAll(sheet: Sheet, section: Section): Map<string, Scenario> {
  const none = new Map<string, number>()
  const users = readUsers(sheet, section.node('users'))
  const pods = readPods(sheet, section.node('pods'))
  const containers = readContainers(sheet, section.node('containers'), pods)
  const world = {
    header: readHeader(sheet, section),
    start: value(sheet, 'start', section.word('start'), MOMENT, none) ?? DEFAULT_START,
    users,
    pods,
    containers,
    files: readFiles(sheet, section.node('files'), containers),
    processes: readProcesses(sheet, section.node('processes'), users, containers),
    libraries: section.word('libraries')?.items ?? [],
  }
  return new Map(
    [...readVariants(sheet, section)].map(([name, tracks]) => [name, { ...world, tracks }] satisfies [string, Scenario]),
  )
}

function readVariants(sheet: Sheet, section: Section): Map<string, readonly (readonly Happening[])[]> {
  const events = section.node('events')
  const variants = sheet.section(section.node('variants'), '"variants"')
  if (!variants) {
    if (!events) section.demand('events')
    return new Map([['', events ? readTracks(sheet, events) : []]])
  }
  return new Map(
    variants.keys.map(name => {
      const node = variants.node(name)
      return [name, node ? readTracks(sheet, node) : []]
    }),
  )
}

function readHeader(sheet: Sheet, section: Section): HeaderRecord {
  const trace = sheet.section(section.node('trace'), '"trace"', keysOf('trace'))
  const ip = trace?.word('ip')
  value(sheet, 'ip', ip, ADDRESS, new Map())
  return {
    version: SCHEMA_VERSION,
    exporter: value(sheet, 'exporter', trace?.word('exporter'), TEXT, new Map()) ?? 'simulation',
    ip: ip?.text ?? '127.0.0.1',
    filename: trace?.word('filename')?.text ?? '/var/lib/sysflow/simulation',
  }
}

/** A fixed moment, so that a scenario without one gives the same trace every time. */
const DEFAULT_START = 1_704_103_200_000_000_000n
