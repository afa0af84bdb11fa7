// SPDX-License-Identifier: Apache-2.0

import {
  type ActionFieldValue,
  type EvaluatedBatch,
  type RuleMatches,
  type RuleMetadata,
  severityLevelOf,
} from '../../../core/contract/evaluated-batch.js'
import type { ChunkWriter, Encoder } from '../../../core/contract/exporter.js'
import { type DisabledOptimizations, NONE_DISABLED } from '../../../core/contract/host.js'
import { propertyOf } from '../../../core/contract/objects.js'
import { fragment } from '../../../core/exporter/encoders/fragment.js'
import { RuleFragments, RuleMatchFragments } from '../../../core/exporter/encoders/rule-match-fragments.js'
import { TimestampWriter } from '../../../core/exporter/encoders/timestamp-writer.js'
import { jsonText } from '../../../core/exporter/json-text.js'
import { dottedAddress } from '../attributes/derive/addresses.js'
import { memoizeByBitmap } from '../attributes/derive/flags.js'
import { protocolName, recordTypeName } from '../attributes/derive/names.js'
import { type Actor, type FileEntity, K8S_ACTIONS } from '../entities/entities.js'
import { type EventColumns, FE, FF, KE, NF, PE } from '../reader/event-columns.js'
import { CommunityIds } from './community-id.js'
import {
  ECS_NETWORK_FLOW,
  type EcsEvent,
  ecsFileEvent,
  ecsFileFlow,
  ecsKubernetesEvent,
  ecsProcessEvent,
  hasTarget,
  isSymlinkCreation,
} from './ecs-event.js'
import { EcsActorFragments, EcsFileFragments, EcsHeaderFragments, orchestratorText } from './ecs-fragments.js'
import { ActorCache, FileCache, HeaderCache } from './fragment-cache.js'

/** Encodes records as documents of the Elastic Common Schema 8.2, one per record. A record with matching rules is an alert. */
export class EcsEncoder implements Encoder<EventColumns> {
  readonly format = 'ecs'
  readonly #agentText: string
  readonly #processEvents = memoizeByBitmap(key => this.#createFrame(PE, ecsProcessEvent(key >> 1, (key & 1) !== 0)))
  readonly #headers = new HeaderCache(header => new EcsHeaderFragments(header))
  readonly #actors: ActorCache<EcsHeaderFragments, EcsActorFragments>
  readonly #files: FileCache<EcsFileFragments>
  readonly #fileFlows = memoizeByBitmap(key => this.#createFrame(FF, ecsFileFlow(key >> 2, (key & 1) !== 0, (key & 2) !== 0)))
  readonly #fileEvents = memoizeByBitmap(operations => this.#createFrame(FE, ecsFileEvent(operations)))
  readonly #kubernetesEvents = memoizeByBitmap(action => this.#createFrame(KE, ecsKubernetesEvent(K8S_ACTIONS[action] ?? '')))
  readonly #networkFlow: EventFrame
  readonly #reasons = new RuleFragments(reasonText)
  readonly #tags = new RuleMatchFragments(() => '', labelsText)
  readonly #communityIds = new CommunityIds()
  readonly #start = new TimestampWriter()
  readonly #end = new TimestampWriter()

  /** `product`: version of the agent. */
  constructor(product: string, ecs = '8.2', disabledOptimizations: DisabledOptimizations = NONE_DISABLED) {
    const isCaching = !disabledOptimizations.has('fragments')
    this.#actors = new ActorCache((actor, header) => new EcsActorFragments(actor, header), isCaching)
    this.#files = new FileCache(name => new EcsFileFragments(name), isCaching)
    this.#agentText = `Z","agent":{"type":"SysFlow","version":${jsonText(product)}},"ecs":{"version":${jsonText(ecs)}}`
    this.#networkFlow = this.#createFrame(NF, ECS_NETWORK_FLOW)
  }

  encode(batch: EvaluatedBatch<EventColumns>, from: number, to: number, into: ChunkWriter): void {
    const { records, rows, matches } = batch
    const header = this.#headers.valueFor(records.header)
    for (let index = from; index < to; index++) {
      this.#record(records, rows[index] as number, header, matches[index] ?? null, into)
      into.finishRecord()
    }
  }

  #record(records: EventColumns, row: number, header: EcsHeaderFragments, matches: RuleMatches | null, into: ChunkWriter): void {
    const type = records.type[row] as number
    this.#event(records, row, type, matches, into)
    if (type === KE) {
      into.bytes(header.host)
      into.text(orchestratorOf(records.k8s[row]?.message ?? ''))
      if (matches) this.#tags.write(matches, into)
      into.bytes(CLOSE)
      return
    }
    const actor = records.actor[row] as Actor
    const fragments = this.#actors.valueFor(actor, header)
    into.bytes(fragments.prefix)
    if (type === FF || type === FE) this.#file(records, row, type, actor.process.pid, into)
    if (type === FF) writeFileCounters(records, row, into)
    if (type === NF) this.#network(records, row, into)
    const thread = records.tid[row] as number
    const isMain = thread === actor.process.pid
    if (isMain) into.bytes(matches === null ? fragments.closed : fragments.open)
    else {
      into.bytes(fragments.beforeThread)
      into.number(thread)
      into.bytes(fragments.rest)
    }
    if (matches) this.#tags.write(matches, into)
    if (!isMain || matches) into.bytes(CLOSE)
  }

  #event(records: EventColumns, row: number, type: number, matches: RuleMatches | null, into: ChunkWriter): void {
    const startHigh = records.tsHigh[row] as number
    const startLow = records.tsLow[row] as number
    const isFlow = type === NF || type === FF
    let endHigh = isFlow ? (records.endHigh[row] as number) : startHigh
    let endLow = isFlow ? (records.endLow[row] as number) : startLow
    if (endHigh === 0 && endLow === 0) {
      endHigh = startHigh
      endLow = startLow
    }
    const frame = this.#frameOf(records, row, type)
    into.bytes(OPEN)
    this.#start.write(startHigh, startLow, into)
    into.bytes(frame.opening)
    into.int64((endHigh - startHigh - (endLow < startLow ? 1 : 0)) | 0, (endLow - startLow) >>> 0)
    into.bytes(END)
    this.#end.write(endHigh, endLow, into)
    into.bytes(matches && matches.rules.length > 0 ? ALERT : EVENT)
    if (type === KE) into.text(`,"original":${jsonText(records.k8s[row]?.message ?? '')}`)
    if (matches) into.bytes(this.#reasons.fragmentFor(matches.rules))
    if (type === PE || type === FE) {
      into.bytes(RETURN_CODE)
      into.number(records.ret[row] as number)
    }
    into.bytes(frame.start)
    this.#start.write(startHigh, startLow, into)
    into.bytes(frame.closing)
  }

  #frameOf(records: EventColumns, row: number, type: number): EventFrame {
    // The lower bits of the key hold what the operations do not express; wire formats have 21 operations.
    const operations = (records.opFlags[row] as number) & 0x1fffff
    switch (type) {
      case PE:
        return this.#processEvents((operations << 1) | (records.tid[row] === records.actor[row]?.process.pid ? 0 : 1))
      case FF: {
        const hasRead = (records.readOps[row] as number) > 0 || (records.readBytes[row] as number) > 0
        const hasWritten = (records.writeOps[row] as number) > 0 || (records.writeBytes[row] as number) > 0
        return this.#fileFlows((operations << 2) | (hasRead ? 1 : 0) | (hasWritten ? 2 : 0))
      }
      case FE:
        return this.#fileEvents(operations)
      case KE:
        return this.#kubernetesEvents(records.k8s[row]?.action ?? -1)
      default:
        return this.#networkFlow
    }
  }

  #createFrame(recordType: number, { action, category, type }: EcsEvent): EventFrame {
    return {
      opening: fragment(`${this.#agentText},"event":{"action":"${action}","category":"${category}","duration":`),
      start: fragment(`,"sf_type":"${recordTypeName(recordType)}","start":"`),
      closing: fragment(`Z","type":"${type}"}`),
    }
  }

  #file(records: EventColumns, row: number, type: number, pid: number, into: ChunkWriter): void {
    const entity = records.file[row] as FileEntity
    const file = this.#files.valueFor(entity)
    if (file.names) into.bytes(file.names)
    else {
      const descriptor = type === FF ? (records.fd[row] as number) : 0
      into.text(`,"file":{"directory":"/proc/${pid}/fd","name":"${descriptor}","path":"/proc/${pid}/fd/${descriptor}"`)
    }
    const operations = type === FE ? (records.opFlags[row] as number) : 0
    if (hasTarget(operations)) into.bytes(this.#files.valueFor(records.secondFile[row] as FileEntity).asTarget)
    into.bytes(isSymlinkCreation(operations) ? SYMLINK : file.type)
  }

  #network(records: EventColumns, row: number, into: ChunkWriter): void {
    const sourceIp = records.sourceIp[row] as number
    const targetIp = records.targetIp[row] as number
    const sourcePort = records.sourcePort[row] as number
    const targetPort = records.targetPort[row] as number
    const protocol = records.protocol[row] as number
    const read = records.readBytes[row] as number
    const written = records.writeBytes[row] as number
    const source = dottedAddress(sourceIp)
    const target = dottedAddress(targetIp)
    const id = this.#communityIds.idFor(sourceIp, sourcePort, targetIp, targetPort, protocol)
    into.text(
      `,"network":{"bytes":${read + written},"community_id":"${id}","iana_number":"${protocol}","protocol":"${protocolName(protocol)}"}` +
        `,"source":{"address":"${source}","bytes":${written},"ip":"${source}","packets":${records.writeOps[row]},"port":${sourcePort}}` +
        `,"destination":{"address":"${target}","bytes":${read},"ip":"${target}","packets":${records.readOps[row]},"port":${targetPort}}`,
    )
  }
}

/** The constant parts of one kind of event, from after the timestamp to the end of `event`, without the numbers. */
interface EventFrame {
  readonly opening: Buffer
  readonly start: Buffer
  readonly closing: Buffer
}

/** Writes `sf_file_action` if bytes or operations were counted. */
function writeFileCounters(records: EventColumns, row: number, into: ChunkWriter): void {
  const readBytes = records.readBytes[row] as number
  const writeBytes = records.writeBytes[row] as number
  const readOps = records.readOps[row] as number
  const writeOps = records.writeOps[row] as number
  if (readBytes <= 0 && writeBytes <= 0 && readOps <= 0 && writeOps <= 0) return
  into.bytes(BYTES_READ)
  into.number(readBytes)
  into.bytes(BYTES_WRITTEN)
  into.number(writeBytes)
  into.bytes(READ_OPS)
  into.number(readOps)
  into.bytes(WRITE_OPS)
  into.number(writeOps)
  into.bytes(CLOSE)
}

function reasonText(rules: readonly RuleMetadata[]): string {
  if (rules.length === 0) return ''
  const severity = Math.max(...rules.map(rule => severityLevelOf(rule.priority)))
  return `,"reason":${jsonText(rules.map(rule => rule.name).join(', '))},"severity":${severity}`
}

/**
 * `labels`: fields that actions added, as keywords with flat names. If two names become equal when their dots are replaced, the
 * later value is written.
 */
function labelsText(fields: ReadonlyMap<string, ActionFieldValue>): string {
  const labels = new Map<string, ActionFieldValue>()
  for (const [name, value] of fields) labels.set(name.includes('.') ? name.replaceAll('.', '_') : name, value)
  let textOf = ''
  for (const [name, value] of labels)
    textOf += `${textOf === '' ? ',"labels":{' : ','}${jsonText(name)}:${jsonText(String(value))}`
  return `${textOf}}`
}

/** The first item in the message of a Kubernetes event; empty if the message is not JSON or has no item. */
function orchestratorOf(message: string): string {
  let event: unknown
  try {
    event = JSON.parse(message)
  } catch {
    return ''
  }
  const items = propertyOf(event, 'items')
  const item = Array.isArray(items) ? items[0] : undefined
  const [namespace, name, kind] = [propertyOf(item, 'namespace'), propertyOf(item, 'name'), propertyOf(event, 'kind')].map(textOf)
  return namespace || name || kind ? orchestratorText(namespace ?? '', name ?? '', (kind ?? '').toLowerCase()) : ''
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

const OPEN = fragment('{"@timestamp":"')
const END = fragment(',"end":"')
const EVENT = fragment('Z","kind":"event"')
const ALERT = fragment('Z","kind":"alert"')
const RETURN_CODE = fragment(',"sf_ret":')
const BYTES_READ = fragment(',"sf_file_action":{"bytes_read":')
const BYTES_WRITTEN = fragment(',"bytes_written":')
const READ_OPS = fragment(',"read_ops":')
const WRITE_OPS = fragment(',"write_ops":')
const SYMLINK = fragment(',"type":"symlink"}')
const CLOSE = fragment('}')
