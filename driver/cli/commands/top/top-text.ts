// SPDX-License-Identifier: Apache-2.0
import { countsIn } from '../../../../core/contract/report.js'
import { costsIn } from '../../../../core/policy/engine/rule-costs.js'
import { printable } from '../../../../core/terminal/printable.js'
import { type ApplyStyle, ansiStyle, unstyled } from '../../../../core/terminal/style.js'
import type { ChannelSnapshot, PartSnapshot, PipelineSnapshot } from '../../../admin/snapshot.js'
import { shortNumber } from '../../report/short-number.js'

export interface TopLayout {
  readonly columns: number
  readonly rows: number
  readonly hasColor: boolean
}

/**
 * A snapshot as lines of text, each with its line end. Rates are since the previous snapshot, or since the start without one.
 * Text from outside, such as rule names, is escaped, so that it cannot control the terminal.
 */
export function topText(now: PipelineSnapshot, before: PipelineSnapshot | undefined, layout: TopLayout): string {
  const rate = ratesOf(now, before)
  const style = layout.hasColor ? ansiStyle : unstyled
  const lines = [
    ...headLines(now, before, rate, style),
    '',
    ...tableLines(
      ['part', 'component', 'in', '/s', 'out', '/s', 'filtered', 'dropped', 'held'],
      now.parts.map(part => partCells(part, rate)),
      2,
      style,
    ),
    '',
    ...tableLines(
      ['channel', 'type', 'records/s', 'waiting', 'of', 'full'],
      now.channels.map(channel => channelCells(channel, now, rate)),
      2,
      style,
    ),
    ...ruleLines(now, rate, style),
    ...pluginLines(now, style),
  ]
  return lines
    .slice(0, Math.max(1, layout.rows - 1))
    .map(line => `${truncate(line, layout.columns)}\n`)
    .join('')
}

type RateOf = (count: (snapshot: PipelineSnapshot) => number) => number
interface Cell {
  readonly text: string
  readonly isBad?: boolean
}

function ratesOf(now: PipelineSnapshot, before: PipelineSnapshot | undefined): RateOf {
  const isSameRun = before !== undefined && before.process.pid === now.process.pid && before.uptime < now.uptime
  const seconds = Math.max(1e-3, now.uptime - (isSameRun ? before.uptime : 0))
  return count => Math.max(0, count(now) - (isSameRun ? count(before) : 0)) / seconds
}

function headLines(now: PipelineSnapshot, before: PipelineSnapshot | undefined, rate: RateOf, style: ApplyStyle): string[] {
  const records = (snapshot: PipelineSnapshot): number => sum(snapshot.parts.filter(isDriver).map(part => part.in))
  const { process: usage, progress } = now
  const done = progress && progress.total > 0 ? `   ${Math.min(100, Math.floor((100 * progress.done) / progress.total))} %` : ''
  const cpu = rate(snapshot => snapshot.process.cpuSeconds) * 100
  const since = before ? '' : ' since the start'
  return [
    style(`sfprocessor ${printableName(now.version)}  ${now.state}  up ${durationText(now.uptime)}`, 'head') +
      `   ${shortNumber(records(now))} records, ${shortNumber(rate(records))}/s${since}${done}`,
    `pid ${usage.pid}   CPU ${cpu.toFixed(0)} %   memory ${megabytes(usage.residentBytes)}, heap ${megabytes(usage.heapUsedBytes)} of ${megabytes(usage.heapTotalBytes)}` +
      `   event loop ${(usage.loopUse * 100).toFixed(0)} %, lag ${(usage.loopDelay.p99 * 1000).toFixed(1)} ms (p99)` +
      `   GC ${(100 * rate(snapshot => snapshot.process.collections.seconds)).toFixed(1)} %`,
  ]
}

/** Plugins with errors; a program of an earlier release reports no plugins. */
function pluginLines({ plugins = [] }: Partial<PipelineSnapshot>, style: ApplyStyle): string[] {
  const faulty = plugins.filter(({ faults }) => faults > 0)
  const lines = faulty.map(({ kind, name, faults }) => style(`${kind} plugin "${printableName(name)}": ${faults} errors`, 'bad'))
  return lines.length > 0 ? ['', ...lines] : []
}

function partCells(part: PartSnapshot, rate: RateOf): Cell[] {
  const of = (count: (part: PartSnapshot) => number) => (snapshot: PipelineSnapshot) =>
    sum(snapshot.parts.filter(({ name }) => name === part.name).map(count))
  const dropped = total(part.dropped)
  return [
    { text: printableName(part.name) },
    { text: printableName(part.component) },
    { text: shortNumber(part.in) },
    { text: shortNumber(rate(of(other => other.in))) },
    { text: shortNumber(part.out) },
    { text: shortNumber(rate(of(({ out }) => out))) },
    { text: shortNumber(total(part.filtered)) },
    { text: shortNumber(dropped), isBad: dropped > 0 },
    { text: shortNumber(part.held) },
  ]
}

function channelCells({ name, type, from, depth, capacity }: ChannelSnapshot, { parts }: PipelineSnapshot, rate: RateOf): Cell[] {
  const writers = new Set(from)
  const isKnown = parts.some(part => writers.has(part.name))
  const flow = rate(snapshot => sum(snapshot.parts.filter(part => writers.has(part.name)).map(({ out }) => out)))
  const full = Math.max(depth.records / capacity.records, depth.batches / capacity.batches, depth.bytes / capacity.bytes)
  return [
    { text: printableName(name) },
    { text: printableName(type) },
    { text: isKnown ? shortNumber(flow) : '' },
    { text: shortNumber(depth.records) },
    { text: shortNumber(capacity.records) },
    { text: `${(100 * full).toFixed(0)} %`, isBad: full >= 1 },
  ]
}

interface RuleFigures {
  readonly rule: string
  readonly matches: number
  readonly seconds: number | undefined
}

/** The most expensive rules if costs are measured, else the rules with the most matches. */
function ruleLines(now: PipelineSnapshot, rate: RateOf, style: ApplyStyle): string[] {
  const rules = rulesIn(now)
  if (rules.length === 0) return []
  const order = (a: RuleFigures, b: RuleFigures): number => (b.seconds ?? 0) - (a.seconds ?? 0) || b.matches - a.matches
  const isMeasured = rules.some(({ seconds }) => seconds !== undefined)
  const cells = rules
    .toSorted(order)
    .slice(0, MAX_RULES)
    .map(({ rule, matches, seconds }): Cell[] => [
      { text: printableName(rule) },
      { text: shortNumber(matches) },
      {
        text: shortNumber(
          rate(snapshot =>
            sum(
              rulesIn(snapshot)
                .filter(one => one.rule === rule)
                .map(one => one.matches),
            ),
          ),
        ),
      },
      ...(isMeasured ? [{ text: (seconds ?? 0).toFixed(3) }] : []),
    ])
  return ['', ...tableLines(['rule', 'matches', '/s', ...(isMeasured ? ['seconds'] : [])], cells, 1, style)]
}

const MAX_RULES = 15

function rulesIn({ parts }: PipelineSnapshot): RuleFigures[] {
  const figures = new Map<string, RuleFigures>()
  for (const { report } of parts) {
    for (const [rule, matches] of Object.entries(countsIn(report.byRule)))
      figures.set(rule, { rule, matches, seconds: undefined })
    for (const { rule, matches, seconds } of costsIn(report)) figures.set(rule, { rule, matches, seconds })
  }
  return [...figures.values()]
}

/** Aligned columns: the first `texts` columns to the left, numbers to the right. */
function tableLines(
  headings: readonly string[],
  rows: readonly (readonly Cell[])[],
  textColumns: number,
  style: ApplyStyle,
): string[] {
  const widths = headings.map((head, column) => Math.max(head.length, ...rows.map(row => row[column]?.text.length ?? 0)))
  const line = (cells: readonly Cell[]): string =>
    cells
      .map(({ text, isBad }, column) => {
        const width = widths[column] ?? 0
        const padded = column < textColumns ? text.padEnd(width) : text.padStart(width)
        return isBad ? style(padded, 'bad') : padded
      })
      .join('  ')
      .trimEnd()
  return [style(line(headings.map(text => ({ text }))), 'head'), ...rows.map(line)]
}

/** At most this many characters, without escape sequences. */
function truncate(line: string, columns: number): string {
  let remaining = columns
  return line.replace(STYLE_OR_CHARACTER, (character, escapeSequence) =>
    escapeSequence !== undefined || remaining-- > 0 ? character : '',
  )
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: a mark begins with one
const STYLE_OR_CHARACTER = /(\x1b\[[\d;]*m)|[\s\S]/gu

/** Longer names are truncated, so that their table fits. */
const MAX_NAME_LENGTH = 60
const printableName = (text: string): string => printable(text).replaceAll('\n', '\ufffd').slice(0, MAX_NAME_LENGTH)

const isDriver = ({ kind }: PartSnapshot): boolean => kind === 'driver'
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
const total = (counts: Readonly<Record<string, number>>): number => sum(Object.values(counts))
const megabytes = (size: number): string => `${(size / 2 ** 20).toFixed(0)} MB`

/** 3723 → "1:02:03" */
function durationText(seconds: number): string {
  const two = (number: number): string => String(Math.floor(number)).padStart(2, '0')
  return `${Math.floor(seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`
}
