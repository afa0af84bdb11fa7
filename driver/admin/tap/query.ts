// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../../core/contract/batch.js'
import type { Attribute, RecordAdapter } from '../../../core/contract/record-adapter.js'
import { Fault } from '../../../core/errors/fault.js'
import { nearest } from '../../../core/errors/nearest.js'
import type { PolicyPlan } from '../../../core/policy/compile/plan.js'
import type { Operand, RuleCondition } from '../../../core/policy/policy.js'
import type { Wiring } from '../../pipeline/wiring.js'
import { defaultFields, tapField } from './row-text.js'
import type { TapQuery } from './session.js'

const PARAMETERS = ['where', 'fields', 'limit']
const MAX_LIMIT = 1_000_000

/** Reads the query parameters of a tap. Throws faults for invalid ones. */
export async function parseTapQuery(
  channel: string,
  parameters: URLSearchParams,
  wiring: Wiring,
  redacted: ReadonlySet<string>,
): Promise<TapQuery<Batch>> {
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

/**
 * The adapter for the records of a channel. A channel of evaluated records carries the records that its writers read, so all
 * writers must read the channel type of one adapter.
 */
function adapterOf(name: string, { channels, stages, components }: Wiring): RecordAdapter<Batch> {
  const channel = channels.get(name)
  if (!channel) {
    const known = [...channels.keys()]
    throw new Fault('SFP_TAP_UNKNOWN_CHANNEL', { name, nearest: nearest(name, known) ?? '', known: known.join(', ') })
  }
  const { type } = channel
  const direct = components.adapters.find(adapter => adapter.channel === type)
  if (direct) return direct
  const writers = stages.filter(({ outputs }) => outputs.some(output => output.name === name))
  const inputTypes = new Set(writers.map(({ inputs }) => inputs[0]?.type))
  const evaluated = components.adapters.find(
    adapter => adapter.evaluatedChannel === type && inputTypes.size === 1 && inputTypes.has(adapter.channel),
  )
  if (evaluated) return evaluated
  throw new Fault('SFP_TAP_CHANNEL_TYPE', { name, type, reason: 'its channel type has no record adapter' })
}

async function conditionOf(
  where: string,
  adapter: RecordAdapter<Batch>,
  redacted: ReadonlySet<string>,
): Promise<PolicyPlan<Batch>> {
  const [{ loadPolicyText }, { createPlan }] = await Promise.all([
    import('../../../core/policy/language/load.js'),
    import('../../../core/policy/compile/plan.js'),
  ])
  // JSON is YAML: whatever text the condition contains, it remains the value of one key.
  const rule = { rule: 'tap', desc: 'condition of the tap', condition: where, priority: 'low' }
  const { policy } = loadPolicyText(JSON.stringify([rule]), adapter.attributes, adapter.recordTypes, 'where')
  for (const { condition } of policy.rules) {
    const redactedName = [...attributesIn(condition)].find(name => redacted.has(name))
    if (redactedName !== undefined) throw new Fault('SFP_TAP_REDACTED', { name: redactedName })
  }
  // Cached answers per entity would outlive the session.
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

function fieldsOf(text: string, adapter: RecordAdapter<Batch>, redacted: ReadonlySet<string>): TapQuery<Batch>['fieldsOf'] {
  const names = text
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '')
  if (names.length === 0) return defaultFields(adapter, redacted)
  const selected = names.map(name => tapField(attributeOf(name, adapter), redacted))
  return () => selected
}

function attributeOf(name: string, { attributes }: RecordAdapter<Batch>): Attribute<Batch> {
  const found = attributes.find(name)
  if (found) return found
  throw new Fault('SFP_TAP_FIELD', { name, nearest: nearest(name, attributes.names) ?? '' })
}

function parseLimit(text: string | null): number {
  if (text === null) return Number.POSITIVE_INFINITY
  const limit = /^\d{1,7}$/.test(text) ? Number(text) : 0
  if (limit < 1 || limit > MAX_LIMIT) throw parameterFault('limit', `must be an integer from 1 to ${MAX_LIMIT}`)
  return limit
}

const parameterFault = (name: string, reason: string): Fault => new Fault('SFP_TAP_PARAMETER', { name, reason })
