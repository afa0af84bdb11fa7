// SPDX-License-Identifier: Apache-2.0
import type { RecordAdapter, TypedAttribute } from '../../../core/contract/record-adapter.js'
import { Fault } from '../../../core/errors/fault.js'
import { nearest } from '../../../core/errors/nearest.js'
import type { PolicyPlan } from '../../../core/policy/compile/plan.js'
import type { Operand, RuleCondition } from '../../../core/policy/policy.js'
import { SYSFLOW_ADAPTER } from '../../../plugins/sysflow/attributes/sysflow-adapter.js'
import type { EventColumns } from '../../../plugins/sysflow/reader/event-columns.js'
import type { Wiring } from '../../pipeline/wiring.js'
import { defaultFields, isTyped, type TapField } from './row-text.js'
import type { TapQuery } from './session.js'

type Rows = EventColumns

const PARAMETERS = ['where', 'fields', 'limit']
const MAX_LIMIT = 1_000_000

/** What the parameters of a tap ask for. Throws faults that say what is wrong with them. */
export async function parseTapQuery(
  channel: string,
  parameters: URLSearchParams,
  wiring: Wiring,
  redacted: ReadonlySet<string>,
): Promise<TapQuery<Rows>> {
  const adapter = adapterOf(channel, wiring)
  for (const name of parameters.keys())
    if (!PARAMETERS.includes(name)) throw parameterFault(name, `is not known; known: ${PARAMETERS.join(', ')}`)
  const where = parameters.get('where') ?? ''
  return {
    channel,
    condition: where === '' ? undefined : await conditionOf(where, adapter, redacted),
    fieldsOf: fieldsOf(parameters.get('fields') ?? '', adapter, redacted),
    limit: parseLimit(parameters.get('limit')),
  }
}

/** Records of an event channel are those that its engine reads. */
function adapterOf(name: string, { channels, stages }: Wiring): RecordAdapter<Rows> {
  const channel = channels.get(name)
  if (!channel) {
    const known = [...channels.keys()]
    throw new Fault('SFP_TAP_UNKNOWN_CHANNEL', { name, nearest: nearest(name, known) ?? '', known: known.join(', ') })
  }
  const { type } = channel
  const writers = stages.filter(({ outputs }) => outputs.some(output => output.name === name))
  const types = type === 'eventchan' ? writers.map(({ inputs }) => inputs[0]?.type) : [type]
  if (types.length > 0 && types.every(one => one === SYSFLOW_ADAPTER.channel)) return SYSFLOW_ADAPTER
  const reason = type === 'sysflowchan' ? 'it carries blocks that are not decoded yet' : 'it does not carry records of SysFlow'
  throw new Fault('SFP_TAP_CHANNEL_TYPE', { name, type, reason })
}

async function conditionOf(
  where: string,
  adapter: RecordAdapter<Rows>,
  redacted: ReadonlySet<string>,
): Promise<PolicyPlan<Rows>> {
  const [{ loadPolicyText }, { createPlan }] = await Promise.all([
    import('../../../core/policy/language/load.js'),
    import('../../../core/policy/compile/plan.js'),
  ])
  // JSON is YAML: whatever the condition holds, it stays the text of one key.
  const rule = { rule: 'tap', desc: 'what a tap looks for', condition: where, priority: 'low' }
  const { policy } = loadPolicyText(JSON.stringify([rule]), adapter.attributes, adapter.recordTypes, 'where')
  for (const { condition } of policy.rules) {
    const redactedName = [...attributesIn(condition)].find(name => redacted.has(name))
    if (redactedName !== undefined) throw new Fault('SFP_TAP_REDACTED', { name: redactedName })
  }
  // Notes on entities would outlive the session.
  return createPlan(policy, adapter, undefined, new Set(['profiles']))
}

function* attributesIn(condition: RuleCondition): Generator<string> {
  switch (condition.kind) {
    case 'all':
    case 'any':
      for (const term of condition.terms) yield* attributesIn(term)
      break
    case 'not':
      yield* attributesIn(condition.term)
      break
    case 'criterion':
      for (const operand of [condition.criterion.left, ...condition.criterion.right]) yield* namesIn(operand)
      break
    case 'constant':
    case 'unavailable':
      break
    default:
      condition satisfies never
  }
}

function* namesIn(operand: Operand): Generator<string> {
  if (operand.kind === 'attribute') yield operand.attribute
}

function fieldsOf(text: string, adapter: RecordAdapter<Rows>, redacted: ReadonlySet<string>): TapQuery<Rows>['fieldsOf'] {
  const field = (attribute: TypedAttribute<Rows>): TapField<Rows> => ({ attribute, isRedacted: redacted.has(attribute.name) })
  const names = text
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '')
  if (names.length > 0) {
    const selected = names.map(name => field(attributeOf(name, adapter)))
    return () => selected
  }
  const fieldsByType = new Map([...defaultFields(adapter)].map(([type, attributes]) => [type, attributes.map(field)]))
  const type = attributeOf('sf.type', adapter)
  return (batch, row) => fieldsByType.get(String(type.read(batch, row))) ?? []
}

function attributeOf(name: string, { attributes }: RecordAdapter<Rows>): TypedAttribute<Rows> {
  const found = attributes.find(name)
  if (isTyped(found)) return found
  throw new Fault('SFP_TAP_FIELD', { name, nearest: nearest(name, attributes.names) ?? '' })
}

function parseLimit(text: string | null): number {
  if (text === null) return Number.POSITIVE_INFINITY
  const limit = /^\d{1,7}$/.test(text) ? Number(text) : 0
  if (limit < 1 || limit > MAX_LIMIT) throw parameterFault('limit', `must be a whole number from 1 to ${MAX_LIMIT}`)
  return limit
}

const parameterFault = (name: string, reason: string): Fault => new Fault('SFP_TAP_PARAMETER', { name, reason })
