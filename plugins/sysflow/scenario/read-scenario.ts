// SPDX-License-Identifier: Apache-2.0

import { SCHEMA_VERSION } from '../avro/schema-v5.js'
import type { HeaderRecord } from '../avro/trace-record.js'
import { sysflowFault } from '../errors.js'
import { checkNames } from './check-names.js'
import { keysOf } from './mapping-keys.js'
import { readContainers, readFiles, readPods, readProcesses, readUsers } from './read-entities.js'
import { parseValue, readTracks } from './read-events.js'
import type { Scenario, ScenarioStep } from './scenario.js'
import { ADDRESS, TEXT, TIMESTAMP } from './values.js'
import { YamlDocument, type YamlMapping } from './yaml-document.js'

/** Scenarios of a file by variant. A file that has events instead of variants has one scenario under ''. */
export type Variants = ReadonlyMap<string, Scenario>

/** Parses the text of a scenario file. Throws all faults together, each with its position. `file` appears only in messages. */
export function readScenarios(text: string, file: string): Variants {
  const document = new YamlDocument(text, file)
  if (!document.root) throw sysflowFault('SFP_SCENARIO_MISSING_KEY', { section: 'a scenario', key: 'events' }, { where: file })
  const mapping = document.mapping(document.root, 'a scenario', keysOf('scenario'))
  const scenarios = mapping ? readAll(document, mapping) : new Map<string, Scenario>()
  for (const scenario of scenarios.values()) checkNames(document, scenario)
  document.throwFaults()
  return scenarios
}

/** Returns the only scenario of a file, or the requested variant. */
export function readScenario(text: string, file: string, variant = ''): Scenario {
  const variants = readScenarios(text, file)
  const scenario = variants.get(variant)
  if (scenario) return scenario
  throw sysflowFault(
    'SFP_SCENARIO_VARIANTS',
    { name: variant, known: [...variants.keys()].join(', ') || 'none' },
    { where: file },
  )
}

function readAll(document: YamlDocument, mapping: YamlMapping): Map<string, Scenario> {
  const none = new Map<string, number>()
  const users = readUsers(document, mapping.node('users'))
  const pods = readPods(document, mapping.node('pods'))
  const containers = readContainers(document, mapping.node('containers'), pods)
  const declarations = {
    header: readHeader(document, mapping),
    start: parseValue(document, 'start', mapping.value('start'), TIMESTAMP, none) ?? DEFAULT_START,
    users,
    pods,
    containers,
    files: readFiles(document, mapping.node('files'), containers),
    processes: readProcesses(document, mapping.node('processes'), users, containers),
    libraries: mapping.value('libraries')?.items ?? [],
  }
  return new Map(
    [...readVariants(document, mapping)].map(
      ([name, tracks]) => [name, { ...declarations, tracks }] satisfies [string, Scenario],
    ),
  )
}

function readVariants(document: YamlDocument, mapping: YamlMapping): Map<string, readonly (readonly ScenarioStep[])[]> {
  const events = mapping.node('events')
  const variants = document.mapping(mapping.node('variants'), '"variants"')
  if (!variants) {
    if (!events) mapping.requireKey('events')
    return new Map([['', events ? readTracks(document, events) : []]])
  }
  return new Map(
    variants.keys.map(name => {
      const node = variants.node(name)
      return [name, node ? readTracks(document, node) : []]
    }),
  )
}

function readHeader(document: YamlDocument, mapping: YamlMapping): HeaderRecord {
  const trace = document.mapping(mapping.node('trace'), '"trace"', keysOf('trace'))
  const ip = trace?.value('ip')
  parseValue(document, 'ip', ip, ADDRESS, new Map())
  return {
    version: SCHEMA_VERSION,
    exporter: parseValue(document, 'exporter', trace?.value('exporter'), TEXT, new Map()) ?? 'simulation',
    ip: ip?.text ?? '127.0.0.1',
    filename: trace?.value('filename')?.text ?? '/var/lib/sysflow/simulation',
  }
}

/** A fixed time, so a scenario without a start time gives the same trace in every run. */
const DEFAULT_START = 1_704_103_200_000_000_000n
