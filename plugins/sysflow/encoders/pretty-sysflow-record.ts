// SPDX-License-Identifier: Apache-2.0
import { getSystemErrorMap } from 'node:util'
import { clockNanos, clockSeconds } from '../../../core/contract/clock.js'
import type { PrettyLine, PrettyRecord } from '../../../core/exporter/encoders/pretty/pretty-record.js'
import { dottedAddress } from '../attributes/derive/addresses.js'
import { ancestorCommandLine } from '../attributes/derive/command-lines.js'
import { memoizeByBitmap, operationNames } from '../attributes/derive/flags.js'
import { protocolName } from '../attributes/derive/names.js'
import { baseName, splitSocketPath } from '../attributes/derive/paths.js'
import { OPERATION } from '../avro/operation-flags.js'
import { type Actor, type FileEntity, K8S_ACTIONS, K8S_COMPONENTS } from '../entities/entities.js'
import { type EventColumns, FE, FF, NF, PE } from '../reader/event-columns.js'

/** Formats a SysFlow record for people. */
export function prettySysFlowRecord(records: EventColumns, row: number): PrettyRecord {
  const actor = records.actor[row] as Actor
  const [high, low] = [records.tsHigh[row] as number, records.tsLow[row] as number]
  const host = records.header.exporter
  const facts = {
    time: clockSeconds(high, low) * 1000 + Math.floor(clockNanos(high, low) / 1e6),
    location: locationOf(actor, host),
    actorName: actor.process.isKnown ? baseName(actor.process.exe) : '',
  }
  const contextLines = [...parentLines(actor), ...hostLines(actor, host)]
  switch (records.type[row]) {
    case PE:
      return { ...facts, actorName: parentName(actor), lines: [processEventLine(records, row, actor), ...contextLines] }
    case NF:
      return { ...facts, lines: [networkFlowLine(records, row), processLine(actor), ...contextLines] }
    case FF:
      return { ...facts, lines: [fileFlowLine(records, row), processLine(actor), ...contextLines] }
    case FE:
      return { ...facts, lines: [fileEventLine(records, row), processLine(actor), ...contextLines] }
    default:
      return { ...facts, lines: kubernetesEventLines(records, row) }
  }
}

function processEventLine(records: EventColumns, row: number, actor: Actor): PrettyLine {
  const operations = records.opFlags[row] as number
  const label = verbFor(operations, PROCESS_VERBS) ?? operationText(operations)
  const result = records.ret[row] as number
  const isExit = (operations & OPERATION.exit) !== 0
  const note = [userText(actor), isExit ? `exit status ${result}` : ''].filter(text => text !== '').join(', ')
  return { label, text: commandOf(actor), ...(note !== '' && { note }), ...(isExit ? {} : failureOf(result)) }
}

function fileFlowLine(records: EventColumns, row: number): PrettyLine {
  const operations = records.opFlags[row] as number
  const [read, written] = [records.readBytes[row] as number, records.writeBytes[row] as number]
  const note =
    read > 0 && written > 0
      ? `${sizeText(read)} read, ${sizeText(written)} written`
      : read + written > 0
        ? sizeText(read + written)
        : ''
  return {
    label: verbFor(operations, FILE_FLOW_VERBS) ?? operationText(operations),
    text: pathOf(records.file[row] as FileEntity),
    isPath: true,
    ...(note !== '' && { note }),
  }
}

function fileEventLine(records: EventColumns, row: number): PrettyLine {
  const operations = records.opFlags[row] as number
  const second = records.secondFile[row] as FileEntity
  const path = pathOf(records.file[row] as FileEntity)
  return {
    label: verbFor(operations, FILE_EVENT_VERBS) ?? operationText(operations),
    text: second.isKnown ? `${path} → ${pathOf(second)}` : path,
    isPath: true,
    ...failureOf(records.ret[row] as number),
  }
}

function networkFlowLine(records: EventColumns, row: number): PrettyLine {
  const operations = records.opFlags[row] as number
  const end = (address: number, port: number): string => `${dottedAddress(address)}:${port}`
  const source = end(records.sourceIp[row] as number, records.sourcePort[row] as number)
  const target = end(records.targetIp[row] as number, records.targetPort[row] as number)
  const protocol = records.protocol[row] as number
  const [received, sent] = [records.readBytes[row] as number, records.writeBytes[row] as number]
  const amounts = [sent > 0 ? `${sizeText(sent)} out` : '', received > 0 ? `${sizeText(received)} in` : '']
  return {
    label: verbFor(operations, NETWORK_VERBS) ?? operationText(operations, true),
    text: `${source} → ${target}`,
    note: [protocolName(protocol) || `protocol ${protocol}`, ...amounts.filter(amount => amount !== '')].join(', '),
  }
}

function kubernetesEventLines(records: EventColumns, row: number): [PrettyLine, ...PrettyLine[]] {
  const event = records.k8s[row]
  const plain = (symbol: string | undefined): string => (symbol ?? '').replace(/^K8S_(COMPONENT_)?/, '').toLowerCase()
  const what = `${plain(K8S_COMPONENTS[event?.kind ?? -1])} ${plain(K8S_ACTIONS[event?.action ?? -1])}`
  return [
    { label: 'cluster', text: what },
    { label: 'message', text: event?.message ?? '' },
  ]
}

const processLine = (actor: Actor): PrettyLine => ({
  label: 'by',
  text: commandOf(actor),
  ...(actor.process.isKnown && { note: userText(actor) }),
})

const commandOf = ({ process: { isKnown, exe, args } }: Actor): string =>
  isKnown ? ancestorCommandLine(exe, args) : 'an unknown process'

const userText = ({ process: { isKnown, userName, uid, pid } }: Actor): string =>
  isKnown ? `${userName || `user ${uid}`}, pid ${pid}` : ''

const parentName = ({ parent }: Actor): string => (parent ? `from ${baseName(parent.process.exe)}` : '')

/** Nearest parent first. */
function parentLines({ parent }: Actor): PrettyLine[] {
  const names: string[] = []
  for (let ancestor = parent; ancestor !== null && names.length < MAX_PARENTS; ancestor = ancestor.parent)
    names.push(baseName(ancestor.process.exe))
  return names.length === 0 ? [] : [{ label: 'parents', text: names.join(' ← ') }]
}

/** Maximum number of parents on a line; no screen shows more. */
const MAX_PARENTS = 64

function hostLines({ container, pod }: Actor, host: string): PrettyLine[] {
  const named = [
    container.isKnown ? `container ${container.name || container.id}` : '',
    pod.isKnown ? `pod ${[pod.namespace, pod.name].filter(text => text !== '').join('/')}` : '',
    container.image === '' ? '' : `image ${container.image}`,
  ]
  const text = [host, ...named].filter(part => part !== '').join(', ')
  return text === '' ? [] : [{ label: 'on', text, ...(container.privileged && { note: 'privileged' }) }]
}

function locationOf({ container, pod }: Actor, host: string): string {
  const containerOrPod = container.isKnown ? container.name || container.id : pod.name
  return containerOrPod === '' ? (host === '' ? '' : `on ${host}`) : `in ${containerOrPod}${host === '' ? '' : ` on ${host}`}`
}

const pathOf = (file: FileEntity): string => (file.isKnown ? splitSocketPath(file.path).path : 'an unknown file')

/** System calls return a negative number on failure. */
const failureOf = (result: number): Pick<PrettyLine, 'failure'> =>
  result < 0 ? { failure: `failed: ${ERRORS.get(result)?.[0] ?? result}` } : {}
const ERRORS = getSystemErrorMap()

/** Formats a size: 486 B, 1.2 kB, 34 MB. */
function sizeText(bytes: number): string {
  let [value, unit] = [bytes, 0]
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit]}`
}
const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const

type Verbs = readonly (readonly [operations: number, verb: string])[]

/** The first verb whose operations are all in the bitmap. */
const verbFor = (bitmap: number, verbs: Verbs): string | undefined =>
  verbs.find(([operations]) => (bitmap & operations) === operations)?.[1]

const PROCESS_VERBS: Verbs = [
  [OPERATION.exec, 'started'],
  [OPERATION.clone, 'forked'],
  [OPERATION.exit, 'ended'],
  [OPERATION.setuid, 'set user'],
]

const FILE_FLOW_VERBS: Verbs = [
  [OPERATION.setns, 'entered'],
  [OPERATION.read | OPERATION.write, 'changed'],
  [OPERATION.write, 'wrote'],
  [OPERATION.read, 'read'],
  [OPERATION.mmap, 'mapped'],
  [OPERATION.open, 'opened'],
  [OPERATION.close, 'closed'],
]

const FILE_EVENT_VERBS: Verbs = [
  [OPERATION.mkdir, 'created directory'],
  [OPERATION.rmdir, 'removed'],
  [OPERATION.unlink, 'deleted'],
  [OPERATION.rename, 'renamed'],
  [OPERATION.symlink, 'linked'],
  [OPERATION.link, 'linked'],
]

const NETWORK_VERBS: Verbs = [
  [OPERATION.connect, 'connected'],
  [OPERATION.accept, 'accepted'],
  [OPERATION.read | OPERATION.write, 'exchanged'],
  [OPERATION.write, 'sent'],
  [OPERATION.read, 'received'],
  [OPERATION.shutdown, 'shut down'],
  [OPERATION.close, 'closed'],
]

const LOWER_NAMES = memoizeByBitmap(bitmap => operationNames(bitmap, false).join(' ').toLowerCase())
const LOWER_NETWORK_NAMES = memoizeByBitmap(bitmap => operationNames(bitmap, true).join(' ').toLowerCase())

/** Fallback for operations without a verb: their names as in the wire format. */
const operationText = (bitmap: number, isNetwork = false): string =>
  (isNetwork ? LOWER_NETWORK_NAMES(bitmap) : LOWER_NAMES(bitmap)) || 'no operation'
