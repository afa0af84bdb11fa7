// SPDX-License-Identifier: Apache-2.0

import { PRIORITIES } from '../../../core/contract/evaluated-batch.js'
import { countsIn, type Report } from '../../../core/contract/report.js'
import { actionCountsIn } from '../../../core/policy/engine/actions/action-counts.js'
import { costsIn, type RuleCost } from '../../../core/policy/engine/rule-costs.js'
import { escapeControls } from '../../../core/terminal/printable.js'
import { styleOfPriority } from '../../../core/terminal/priority-style.js'
import { type ApplyStyle, unstyled } from '../../../core/terminal/style.js'
import type { PartSummary } from '../../pipeline/pipeline-view.js'
import { shortNumber } from './short-number.js'
import type { RunSummary } from './summarize.js'

/** Number of listed rules; the JSON form has all. */
const RULES_SHOWN = 10

/**
 * The summary as readable text:
 *
 *     8797 records in 0.04 s (220 k/s), complete
 *     policyengine: 12 alerts, 13 matches (high 3, low 10) of 52 rules
 *              7  Process run from /tmp
 *     file           8797 in, 8797 out
 *     sysflowreader  8797 in, 5822 out, 2975 filtered (entity 2975)
 */
export function summaryText(summary: RunSummary, style: ApplyStyle = unstyled): string {
  const lines = [
    `${style(`${summary.records} records`, 'head')} in ${summary.seconds.toFixed(2)} s (${shortNumber(summary.recordsPerSecond)}/s), ${outcome(summary, style)}`,
  ]
  for (const part of summary.parts)
    lines.push(...alertLines(part, style), ...damageLines(part, style), ...spoolLines(part, style))
  const width = Math.max(...summary.parts.map(({ name }) => name.length))
  for (const part of summary.parts) lines.push(`${style(part.name.padEnd(width), 'quiet')}  ${accountText(part, style)}`)
  for (const { kind, name, faults } of summary.plugins ?? [])
    if (faults > 0) lines.push(style(`${kind} plugin "${name}": ${pluralize(faults, 'error', 'errors')}`, 'bad'))
  return `${lines.join('\n')}\n`
}

function outcome({ complete, stopped }: RunSummary, style: ApplyStyle): string {
  if (!complete) return style('ABORTED', 'bad')
  return stopped ? style('stopped and drained', 'warning') : style('complete', 'good')
}

function alertLines({ name, report }: PartSummary, style: ApplyStyle): string[] {
  if (typeof report.alerts !== 'number') return []
  const rules = Object.entries(countsIn(report.byRule))
  const priorities = countsIn(report.byPriority)
  const matches = total(priorities)
  const listing = PRIORITIES.filter(word => priorities[word] !== undefined)
    .map(word => style(`${word} ${priorities[word]}`, styleOfPriority(word)))
    .join(', ')
  const loaded = typeof report.rules === 'number' ? ` of ${pluralize(report.rules, 'rule', 'rules')}` : ''
  const matched = `${pluralize(matches, 'match', 'matches')}${listing === '' ? '' : ` (${listing})`}`
  const lines = [`${name}: ${style(pluralize(report.alerts, 'alert', 'alerts'), 'head')}, ${matched}${loaded}`]
  for (const [rule, count] of rules.slice(0, RULES_SHOWN)) lines.push(`${String(count).padStart(8)}  ${escapeControls(rule)}`)
  if (rules.length > RULES_SHOWN) lines.push(`${''.padStart(8)}  and ${rules.length - RULES_SHOWN} more rules`)
  if (Array.isArray(report.inactive) && report.inactive.length > 0)
    lines.push(style(`${name}: inactive rules ${report.inactive.length}`, 'warning'))
  return [...lines, ...actionLines(name, report, style), ...costLines(name, costsIn(report))]
}

const actionLines = (part: string, report: Report, style: ApplyStyle): string[] =>
  actionCountsIn(report)
    .filter(({ faults }) => faults > 0)
    .map(({ name, runs, faults }) =>
      style(`${part}: action "${name}" failed ${faults} of ${pluralize(runs, 'time', 'times')}`, 'bad'),
    )

/** Costs are sampled, so they are rounded. */
function costLines(name: string, costs: readonly RuleCost[]): string[] {
  if (costs.length === 0) return []
  const lines = costs.slice(0, RULES_SHOWN).map(({ rule, evaluations, matches, seconds }) => {
    const figures = `${seconds.toFixed(3)} s  ${shortNumber(evaluations)} tested  ${shortNumber(matches)} matched`
    return `${''.padStart(8)}  ${figures}  ${escapeControls(rule)}`
  })
  return [`${name}: most expensive rules (sampled)`, ...lines]
}

function damageLines({ name, report }: PartSummary, style: ApplyStyle): string[] {
  const { damagedBlocks, skippedBytes } = report
  return typeof damagedBlocks === 'number' && damagedBlocks > 0
    ? [style(`${name}: damaged blocks ${damagedBlocks}, bytes skipped ${String(skippedBytes)}`, 'warning')]
    : []
}

/** The state of records in the spool, which is not part of the record counts of the run. */
function spoolLines({ name, report }: PartSummary, style: ApplyStyle): string[] {
  if (report.spool === undefined) return []
  const { delivered = 0, waiting = 0, deadLetters = 0, notDelivered = 0, dropped = 0, lost = 0 } = countsIn(report.spool)
  const terms = [`${pluralize(delivered, 'record', 'records')} delivered from the spool`]
  if (waiting > 0) terms.push(`${waiting} waiting for the next run`)
  if (deadLetters > 0) terms.push(pluralize(deadLetters, 'dead letter', 'dead letters'))
  const lostRecords = notDelivered + dropped + lost
  if (lostRecords > 0)
    terms.push(style(`${lostRecords} LOST (refused ${notDelivered}, dropped ${dropped}, unreadable ${lost})`, 'bad'))
  return [`${name}: ${terms.join(', ')}`]
}

function accountText({ in: received, created = 0, out, held, filtered, dropped }: PartSummary, style: ApplyStyle): string {
  const terms = [`${received} in`, ...(created > 0 ? [`${created} created`] : []), `${out} out`]
  if (Object.keys(filtered).length > 0) terms.push(`${total(filtered)} filtered (${countsText(filtered)})`)
  if (Object.keys(dropped).length > 0) terms.push(style(`${total(dropped)} DROPPED (${countsText(dropped)})`, 'bad'))
  if (held > 0) terms.push(`${held} held`)
  return terms.join(', ')
}

const pluralize = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`

type Counts = Readonly<Record<string, number>>

const total = (counts: Counts): number => Object.values(counts).reduce((sum, count) => sum + count, 0)

const countsText = (counts: Counts): string =>
  Object.entries(counts)
    .map(([word, count]) => `${word} ${count}`)
    .join(', ')
