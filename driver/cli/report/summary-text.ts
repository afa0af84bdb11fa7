// SPDX-License-Identifier: Apache-2.0
import type { Report } from '../../../core/contract/report.js'
import { PRIORITIES } from '../../../core/contract/verdict.js'
import { actionCountsIn } from '../../../core/policy/engine/actions/action-counts.js'
import { costsIn, type RuleCost } from '../../../core/policy/engine/rule-costs.js'
import { type Paint, plain } from '../../../core/terminal/paint.js'
import { spelt } from '../../../core/terminal/printable.js'
import { markOf } from '../../../core/terminal/priority-mark.js'
import { shortNumber } from './short-number.js'
import type { Summary } from './summarise.js'
import type { PartSummary } from '../../pipeline/view.js'

/** Rules that are listed; the JSON form has them all. */
const RULES_SHOWN = 10

/**
 * The summary as people read it:
 *
 *     8797 records in 0.04 s (220 k/s), complete
 *     policyengine: 12 alerts, 13 matches (high 3, low 10) of 52 rules
 *              7  Process run from /tmp
 *     file           8797 taken = 8797 passed on
 *     sysflowreader  8797 taken = 5822 passed on + 2975 used (entity 2975)
 */
export function summaryText(summary: Summary, paint: Paint = plain): string {
  const lines = [
    `${paint(`${summary.records} records`, 'head')} in ${summary.seconds.toFixed(2)} s (${shortNumber(summary.recordsPerSecond)}/s), ${outcome(summary, paint)}`,
  ]
  for (const part of summary.parts)
    lines.push(...alertLines(part, paint), ...damageLines(part, paint), ...spoolLines(part, paint))
  const width = Math.max(...summary.parts.map(({ name }) => name.length))
  for (const part of summary.parts) lines.push(`${paint(part.name.padEnd(width), 'quiet')}  ${account(part, paint)}`)
  for (const { kind, name, faults } of summary.plugins ?? [])
    if (faults > 0) lines.push(paint(`${kind} "${name}" is a plugin: ${counted(faults, 'fault', 'faults')}`, 'bad'))
  return `${lines.join('\n')}\n`
}

function outcome({ complete, stopped }: Summary, paint: Paint): string {
  if (!complete) return paint('ABORTED', 'bad')
  return stopped ? paint('stopped and drained', 'warning') : paint('complete', 'good')
}

function alertLines({ name, report }: PartSummary, paint: Paint): string[] {
  if (typeof report.alerts !== 'number') return []
  const rules = Object.entries(countsOf(report.byRule))
  const priorities = countsOf(report.byPriority)
  const matches = total(priorities)
  const listing = PRIORITIES.filter(word => priorities[word] !== undefined)
    .map(word => paint(`${word} ${priorities[word]}`, markOf(word)))
    .join(', ')
  const loaded = typeof report.rules === 'number' ? ` of ${counted(report.rules, 'rule', 'rules')}` : ''
  const matched = `${counted(matches, 'match', 'matches')}${listing === '' ? '' : ` (${listing})`}`
  const lines = [`${name}: ${paint(counted(report.alerts, 'alert', 'alerts'), 'head')}, ${matched}${loaded}`]
  for (const [rule, count] of rules.slice(0, RULES_SHOWN)) lines.push(`${String(count).padStart(8)}  ${spelt(rule)}`)
  if (rules.length > RULES_SHOWN) lines.push(`${''.padStart(8)}  and ${rules.length - RULES_SHOWN} more rules`)
  if (Array.isArray(report.inactive) && report.inactive.length > 0)
    lines.push(paint(`${name}: inactive rules ${report.inactive.length}`, 'warning'))
  return [...lines, ...actionLines(name, report, paint), ...costLines(name, costsIn(report))]
}

const actionLines = (part: string, report: Report, paint: Paint): string[] =>
  actionCountsIn(report)
    .filter(({ faults }) => faults > 0)
    .map(({ name, runs, faults }) =>
      paint(`${part}: action "${name}" failed ${faults} of ${counted(runs, 'time', 'times')}`, 'bad'),
    )

/** Sampled figures are shown as such: rounded. */
function costLines(name: string, costs: readonly RuleCost[]): string[] {
  if (costs.length === 0) return []
  const lines = costs.slice(0, RULES_SHOWN).map(({ rule, evaluations, matches, seconds }) => {
    const figures = `${seconds.toFixed(3)} s  ${shortNumber(evaluations)} tested  ${shortNumber(matches)} matched`
    return `${''.padStart(8)}  ${figures}  ${spelt(rule)}`
  })
  return [`${name}: the most expensive rules, by a sample`, ...lines]
}

function damageLines({ name, report }: PartSummary, paint: Paint): string[] {
  const { damagedBlocks, skippedBytes } = report
  return typeof damagedBlocks === 'number' && damagedBlocks > 0
    ? [paint(`${name}: damaged blocks ${damagedBlocks}, bytes skipped ${String(skippedBytes)}`, 'warning')]
    : []
}

/** What became of records behind the books of the run. */
function spoolLines({ name, report }: PartSummary, paint: Paint): string[] {
  if (report.spool === undefined) return []
  const { delivered = 0, waiting = 0, deadLetters = 0, notDelivered = 0, dropped = 0, lost = 0 } = countsOf(report.spool)
  const terms = [`${counted(delivered, 'record', 'records')} delivered from the spool`]
  if (waiting > 0) terms.push(`${waiting} wait for the next run`)
  if (deadLetters > 0) terms.push(counted(deadLetters, 'dead letter', 'dead letters'))
  const gone = notDelivered + dropped + lost
  if (gone > 0) terms.push(paint(`${gone} LOST (refused ${notDelivered}, dropped ${dropped}, unreadable ${lost})`, 'bad'))
  return [`${name}: ${terms.join(', ')}`]
}

function account({ taken, made = 0, passed, held, used, dropped }: PartSummary, paint: Paint): string {
  const terms = [`${passed} passed on`]
  if (Object.keys(used).length > 0) terms.push(`${total(used)} used (${listed(used)})`)
  if (Object.keys(dropped).length > 0) terms.push(paint(`${total(dropped)} DROPPED (${listed(dropped)})`, 'bad'))
  if (held > 0) terms.push(`${held} held`)
  const given = made > 0 ? `${taken} taken + ${made} made` : `${taken} taken`
  return `${given} = ${terms.join(' + ')}`
}

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`

type Counts = Readonly<Record<string, number>>

const total = (counts: Counts): number => Object.values(counts).reduce((sum, count) => sum + count, 0)

const listed = (counts: Counts): string =>
  Object.entries(counts)
    .map(([word, count]) => `${word} ${count}`)
    .join(', ')

function countsOf(value: unknown): Counts {
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, number] => typeof entry[1] === 'number'))
}
