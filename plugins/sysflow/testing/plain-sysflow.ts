// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import {
  type Actor, CONTAINER_TYPES, type Container, type FileEntity, type Header, K8S_ACTIONS, K8S_COMPONENTS, OBJECT_STATES, type Pod,
  type Process,
} from '../entities/entities.js' // biome-ignore format: one list
import { EntityTables } from '../entities/entity-tables.js'
import { type EventColumns, FE, FF, KE, NF, PE } from '../reader/event-columns.js'
import type { Decoded } from './oracle.js'

/**
 * A plain form for avsc's decoded records and for the product's output of the same bytes, so tests can compare them field by
 * field. Every number is a bigint; every text is trimmed as in section 3.2 of the specification.
 */
export type PlainForm = Readonly<Record<string, unknown>>

const big = (high: number, low: number): bigint => (BigInt(high) << 32n) | BigInt(low)
const id = (high: number, low: number, pid: number): unknown => [big(high, low), BigInt(pid)]

/** Entity tables that also record every entity in the order in which it was stored. */
export class RecordingTables extends EntityTables {
  readonly stored: PlainForm[] = []

  override storeHeader(header: Header): void {
    this.stored.push(headerForm(header))
    super.storeHeader(header)
  }

  override storeContainer(container: Container): void {
    this.stored.push(containerForm(container))
    super.storeContainer(container)
  }

  override storePod(pod: Pod): void {
    this.stored.push(podForm(pod))
    super.storePod(pod)
  }

  override storeProcess(process: Process): void {
    this.stored.push(processForm(process))
    super.storeProcess(process)
  }

  override storeFile(file: FileEntity): void {
    this.stored.push(fileForm(file))
    super.storeFile(file)
  }
}

/** Asserts equal forms in equal order. Forms of one entity are compared once, because a thousand events may share them. */
export function assertSame(actual: readonly PlainForm[], expected: readonly PlainForm[]): void {
  assert.equal(actual.length, expected.length)
  const proven = new WeakMap<object, object>()
  for (let at = 0; at < actual.length; at++)
    if (!same(actual[at], expected[at], proven)) assert.deepEqual(actual[at], expected[at], `record ${at}`)
}

function same(actual: unknown, expected: unknown, proven: WeakMap<object, object>): boolean {
  if (Object.is(actual, expected)) return true
  if (typeof actual !== 'object' || typeof expected !== 'object' || actual === null || expected === null) return false
  if (proven.get(actual) === expected) return true
  const keys = Object.keys(actual)
  const others = expected as Record<string, unknown>
  if (keys.length !== Object.keys(others).length || Array.isArray(actual) !== Array.isArray(expected)) return false
  if (!keys.every(key => Object.hasOwn(others, key) && same((actual as Record<string, unknown>)[key], others[key], proven)))
    return false
  proven.set(actual, expected)
  return true
}

const headerForm = (header: Header): PlainForm => ({
  is: 'H', version: BigInt(header.version), exporter: header.exporter, ip: header.ip, filename: header.filename,
}) // biome-ignore format: short

const containerForm = (container: Container): PlainForm => ({
  is: 'C', id: container.id, name: container.name, image: container.image, imageid: container.imageId,
  type: `CT_${CONTAINER_TYPES[container.type]}`, privileged: container.privileged, podId: container.podId,
}) // biome-ignore format: short

const podForm = (pod: Pod): PlainForm => ({
  is: 'PD', ts: big(pod.tsHigh, pod.tsLow), id: pod.id, name: pod.name, nodeName: pod.nodeName, hostIP: pod.hostIps,
  internalIP: pod.internalIps, namespace: pod.namespace, restartCount: BigInt(pod.restartCount),
  labels: Object.fromEntries(pod.labels), selectors: Object.fromEntries(pod.selectors), services: pod.services,
}) // biome-ignore format: short

const processForms = new WeakMap<Process, PlainForm>()
function processForm(process: Process): PlainForm {
  const form = processForms.get(process) ?? freshProcessForm(process)
  processForms.set(process, form)
  return form
}

const freshProcessForm = (process: Process): PlainForm => ({
  is: 'P', state: OBJECT_STATES[process.state], oid: id(process.createHigh, process.createLow, process.pid),
  poid: process.hasParent ? id(process.parentCreateHigh, process.parentCreateLow, process.parentPid) : null,
  ts: big(process.tsHigh, process.tsLow), exe: process.exe, exeArgs: process.args, uid: BigInt(process.uid),
  userName: process.userName, gid: BigInt(process.gid), groupName: process.groupName, tty: process.tty,
  containerId: process.containerId, entry: process.entry, cwd: process.cwd, env: process.env,
}) // biome-ignore format: short

const fileForm = (file: FileEntity): PlainForm => ({
  is: 'F', state: OBJECT_STATES[file.state], oid: file.oid, ts: big(file.tsHigh, file.tsLow >>> 0), restype: BigInt(file.resourceType),
  path: file.path, containerId: file.containerId,
}) // biome-ignore format: short

/** The event in a row with all its entities; null for missing ones. */
export function rowForm(columns: EventColumns, row: number): PlainForm {
  const clock = (high: Int32Array, low: Uint32Array): bigint => big(high[row] ?? 0, low[row] ?? 0)
  const number = (column: { readonly [row: number]: number }): bigint => BigInt(column[row] ?? Number.NaN)
  const actor = columns.actor[row] as Actor
  const file = columns.file[row] as FileEntity
  const second = columns.secondFile[row] as FileEntity
  const common = {
    is: columns.type[row],
    ts: clock(columns.tsHigh, columns.tsLow),
    opFlags: number(columns.opFlags),
    ...actorForm(actor),
  }
  const files = { file: file.isKnown ? fileForm(file) : null, secondFile: second.isKnown ? fileForm(second) : null }
  const tid = number(columns.tid)
  const flow = {
    endTs: clock(columns.endHigh, columns.endLow), fd: number(columns.fd), numRRecvOps: number(columns.readOps),
    numWSendOps: number(columns.writeOps), numRRecvBytes: number(columns.readBytes), numWSendBytes: number(columns.writeBytes),
  } // biome-ignore format: short
  switch (columns.type[row]) {
    case PE:
      return { ...common, ...files, tid, args: columns.callArgs[row], ret: number(columns.ret) }
    case NF: {
      const ends = {
        sip: number(columns.sourceIp),
        sport: number(columns.sourcePort),
        dip: number(columns.targetIp),
        dport: number(columns.targetPort),
      }
      return { ...common, ...files, tid, ...flow, ...ends, proto: number(columns.protocol) }
    }
    case FF:
      return { ...common, ...files, tid, ...flow, openFlags: number(columns.openFlags) }
    case FE:
      return { ...common, ...files, tid, ret: number(columns.ret) }
    case KE: {
      const event = columns.k8s[row]
      return {
        ...common,
        ...files,
        kind: K8S_COMPONENTS[event?.kind ?? -1],
        action: K8S_ACTIONS[event?.action ?? -1],
        message: event?.message,
      }
    }
    default:
      return { is: `type ${columns.type[row]}` }
  }
}

function actorForm(actor: Actor): PlainForm {
  const ancestry: PlainForm[] = []
  for (let next: Actor | null = actor.process.isKnown ? actor : null; next !== null; next = next.parent)
    ancestry.push(processForm(next.process))
  return {
    ancestry,
    container: actor.container.isKnown ? containerForm(actor.container) : null,
    pod: actor.pod.isKnown ? podForm(actor.pod) : null,
  }
}

/** The specification's correlation (section 2) with plain maps: the expected result for decoded records. */
export class PlainTables {
  readonly stored: PlainForm[] = []
  readonly events: PlainForm[] = []
  readonly counts: Record<string, number> = {}
  readonly #containers = new Map<unknown, PlainForm>()
  readonly #pods = new Map<unknown, PlainForm>()
  readonly #files = new Map<unknown, PlainForm>()
  readonly #processes = new Map<string, Map<unknown, PlainForm>>()

  take(branch: string, record: Decoded): void {
    const name = branch.slice(branch.lastIndexOf('.') + 1)
    this.counts[name] = (this.counts[name] ?? 0) + 1
    const read = READERS[branch]
    if (!read) return
    const form = read((field, fallback) => bare(record[field]) ?? fallback)
    switch (name) {
      case 'SFHeader':
        for (const table of [this.#containers, this.#pods, this.#files, this.#processes]) table.clear()
        break
      case 'Container':
        this.#containers.set(form.id, form)
        break
      case 'Pod':
        this.#pods.set(form.id, form)
        break
      case 'File':
        this.#files.set(form.oid, form)
        break
      case 'Process': {
        const states = this.#processes.get(String(form.oid)) ?? new Map<unknown, PlainForm>()
        this.#processes.set(String(form.oid), states.set(form.state, form))
        break
      }
      default:
        this.events.push(this.#correlated(form))
        return
    }
    this.stored.push(form)
  }

  #correlated({ procOID, fileOID, newFileOID, ...event }: PlainForm): PlainForm {
    const ancestry: PlainForm[] = []
    const seen = new Set<string>()
    for (let next = procOID; next && !seen.has(String(next)); ) {
      seen.add(String(next))
      const states = this.#processes.get(String(next))
      const process = states?.get('MODIFIED') ?? states?.get('CREATED') ?? states?.get('REUP')
      if (!process) break
      ancestry.push(process)
      next = process.poid
    }
    const container = (ancestry[0] && this.#containers.get(ancestry[0].containerId)) ?? null
    const pod = (container && this.#pods.get(container.podId)) ?? null
    const file = this.#files.get(fileOID) ?? null
    const secondFile = this.#files.get(newFileOID) ?? null
    return { ...event, ancestry, container, pod, file, secondFile }
  }
}

type ReadField = (field: string, fallback?: unknown) => unknown

const text = (value: unknown): string => (typeof value === 'string' ? value : Buffer.from(value as Uint8Array).toString())
const trim = (value: unknown): string =>
  text(value)
    .replace(/^\p{White_Space}+/u, '')
    .replace(/\p{White_Space}+$/u, '')
const whole = (value: unknown): bigint => BigInt(value as bigint | number)
const hexOf = (value: unknown): string | null => (value === null ? null : Buffer.from(value as Uint8Array).toString('hex'))
const oid = (value: unknown): unknown => value && [whole((value as Decoded).createTS), whole((value as Decoded).hpid)]
const dotted = (value: unknown): string =>
  [0n, 8n, 16n, 24n].map(shift => (BigInt.asUintN(32, whole(value)) >> shift) & 255n).join('.')
const addresses = (value: unknown): string[] => (value as unknown[]).map(dotted)
const texts = (value: unknown): string[] => (value as unknown[]).map(text)
const textMap = (value: unknown): PlainForm =>
  Object.fromEntries(Object.entries(value as object).map(([key, item]) => [key, text(item)]))
const optional = (value: unknown): string | null => (value === null ? null : text(value))
const symbol = (known: readonly string[], prefix: string, value: unknown, fallback: string): string =>
  known.some(name => prefix + name === value) ? String(value) : fallback

const service = (value: Decoded): PlainForm => ({
  name: text(bare(value.name) ?? ''),
  id: text(bare(value.id) ?? ''),
  namespace: text(bare(value.namespace) ?? ''),
  portList: ((bare(value.portList) ?? []) as Decoded[]).map(port => ({
    port: Number(bare(port.port) ?? 0),
    targetPort: Number(bare(port.targetPort) ?? 0),
    nodePort: Number(bare(port.nodePort) ?? 0),
    proto: text(bare(port.proto) ?? ''),
  })),
  clusterIps: addresses(bare(value.clusterIP) ?? []),
})

const call = (type: number, at: ReadField): PlainForm => ({
  is: type, procOID: oid(at('procOID')), ts: whole(at('ts')), tid: whole(at('tid', 0)), opFlags: whole(at('opFlags', 0)),
}) // biome-ignore format: short

const flow = (at: ReadField): PlainForm => ({
  endTs: whole(at('endTs', 0)), fd: whole(at('fd', 0)), numRRecvOps: whole(at('numRRecvOps', 0)), numWSendOps: whole(at('numWSendOps', 0)),
  numRRecvBytes: whole(at('numRRecvBytes', 0)), numWSendBytes: whole(at('numWSendBytes', 0)),
}) // biome-ignore format: short

const READERS: Readonly<Record<string, (at: ReadField) => PlainForm>> = {
  'sysflow.entity.SFHeader': at => ({
    is: 'H', version: whole(at('version', 5)), exporter: text(at('exporter', '')), ip: text(at('ip', 'NA')), filename: text(at('filename', '')),
  }),
  'sysflow.entity.Container': at => ({
    is: 'C', id: text(at('id')), name: trim(at('name', '')), image: trim(at('image', '')), imageid: text(at('imageid', '')),
    type: symbol(CONTAINER_TYPES, 'CT_', at('type', 'CT_DOCKER'), 'CT_CUSTOM'), privileged: at('privileged', false), podId: optional(at('podId', null)),
  }),
  'sysflow.entity.Pod': at => ({
    is: 'PD', ts: whole(at('ts', 0)), id: text(at('id')), name: trim(at('name', '')), nodeName: trim(at('nodeName', '')),
    hostIP: addresses(at('hostIP', [])), internalIP: addresses(at('internalIP', [])), namespace: trim(at('namespace', '')),
    restartCount: whole(at('restartCount', 0)), labels: textMap(at('labels', {})), selectors: textMap(at('selectors', {})),
    services: (at('services', []) as Decoded[]).map(service),
  }),
  'sysflow.entity.Process': at => ({
    is: 'P', state: symbol(OBJECT_STATES, '', at('state', 'REUP'), 'REUP'), oid: oid(at('oid')), poid: oid(at('poid', null)), ts: whole(at('ts', 0)),
    exe: trim(at('exe', '')), exeArgs: trim(at('exeArgs', '')), uid: whole(at('uid', 0)), userName: text(at('userName', '')),
    gid: whole(at('gid', 0)), groupName: text(at('groupName', '')), tty: at('tty', false), containerId: optional(at('containerId', null)),
    entry: at('entry', false), cwd: text(at('cwd', '')), env: texts(at('env', [])),
  }),
  'sysflow.entity.File': at => ({
    is: 'F', state: symbol(OBJECT_STATES, '', at('state', 'REUP'), 'REUP'), oid: hexOf(at('oid')), ts: whole(at('ts', 0)), restype: whole(at('restype', 0)),
    path: trim(at('path', '')), containerId: optional(at('containerId', null)),
  }),
  'sysflow.event.ProcessEvent': at => ({ ...call(PE, at), args: texts(at('args', [])), ret: whole(at('ret', 0)) }),
  'sysflow.flow.NetworkFlow': at => ({
    ...call(NF, at), ...flow(at), sip: whole(at('sip', 0)), sport: whole(at('sport', 0)), dip: whole(at('dip', 0)), dport: whole(at('dport', 0)),
    proto: whole(at('proto', 0)),
  }),
  'sysflow.flow.FileFlow': at => ({ ...call(FF, at), ...flow(at), openFlags: whole(at('openFlags', 0)), fileOID: hexOf(at('fileOID', null)) }),
  'sysflow.event.FileEvent': at => ({
    ...call(FE, at), ret: whole(at('ret', 0)), fileOID: hexOf(at('fileOID', null)), newFileOID: hexOf(at('newFileOID', null)),
  }),
  'sysflow.event.K8sEvent': at => ({
    is: KE, ts: whole(at('ts')), opFlags: 0n, kind: symbol(K8S_COMPONENTS, '', at('kind', 'K8S_NODES'), 'K8S_UNKNOWN'),
    action: symbol(K8S_ACTIONS, '', at('action', 'K8S_COMPONENT_ADDED'), 'K8S_COMPONENT_UNKNOWN'), message: text(at('message', '')).replace(/[\n\0]+$/, ''),
  }),
} // biome-ignore format: one row per field is longer to read

/** A union value without its branch name; avsc wraps the value in an object. */
function bare(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array) return value
  const entries = Object.entries(value)
  const [name, only] = entries[0] ?? []
  return entries.length === 1 && name !== undefined && WRAPPED.test(name) ? only : value
}

const WRAPPED = /^(boolean|int|long|bytes|string|array|map|sysflow\..*)$/
