// SPDX-License-Identifier: Apache-2.0
import { costsIn } from '../../../../core/policy/engine/rule-costs.js'
import { coloured, type Paint, plain } from '../../../../core/terminal/paint.js'
import { printable } from '../../../../core/terminal/printable.js'
import { shortNumber } from '../../report/short-number.js'
import type { ChannelPicture, PartPicture, Picture } from '../../../admin/picture.js'

export interface Look {
  readonly columns: number
  readonly rows: number
  readonly hasColour: boolean
}

/**
 * A picture as lines of text, each with its end. Rates are those since the picture before, or since the start without one.
 * What other programs have written, such as names of rules, does not drive the terminal.
 */
export function topText(now: Picture, before: Picture | undefined, look: Look): string {
  const rate = ratesOf(now, before)
  const paint = look.hasColour ? coloured : plain
  const lines = [
    ...headLines(now, before, rate, paint),
    '',
    ...tableLines(
      ['part', 'component', 'taken', '/s', 'passed', '/s', 'used', 'dropped', 'held'],
      now.parts.map(part => partCells(part, rate)),
      2,
      paint,
    ),
    '',
    ...tableLines(
      ['channel', 'type', 'records/s', 'waiting', 'of', 'full'],
      now.channels.map(channel => channelCells(channel, now, rate)),
      2,
      paint,
    ),
    ...ruleLines(now, rate, paint),
    ...pluginLines(now, paint),
  ]
  return lines
    .slice(0, Math.max(1, look.rows - 1))
    .map(line => `${cut(line, look.columns)}\n`)
    .join('')
}

type Rate = (count: (picture: Picture) => number) => number
interface Cell {
  readonly text: string
  readonly isBad?: boolean
}

function ratesOf(now: Picture, before: Picture | undefined): Rate {
  const isSameRun = before !== undefined && before.process.pid === now.process.pid && before.uptime < now.uptime
  const seconds = Math.max(1e-3, now.uptime - (isSameRun ? before.uptime : 0))
  return count => Math.max(0, count(now) - (isSameRun ? count(before) : 0)) / seconds
}

function headLines(now: Picture, before: Picture | undefined, rate: Rate, paint: Paint): string[] {
  const records = (picture: Picture): number => sum(picture.parts.filter(isDriver).map(({ taken }) => taken))
  const { process: own, progress } = now
  const done = progress && progress.total > 0 ? `   ${Math.min(100, Math.floor((100 * progress.done) / progress.total))} %` : ''
  const cpu = rate(picture => picture.process.cpuSeconds) * 100
  const since = before ? '' : ' since the start'
  return [
    paint(`sfprocessor ${clean(now.version)}  ${now.state}  up ${span(now.uptime)}`, 'head') +
      `   ${shortNumber(records(now))} records, ${shortNumber(rate(records))}/s${since}${done}`,
    `pid ${own.pid}   CPU ${cpu.toFixed(0)} %   memory ${bytes(own.residentBytes)}, heap ${bytes(own.heapUsedBytes)} of ${bytes(own.heapTotalBytes)}` +
      `   loop ${(own.loopUse * 100).toFixed(0)} % busy, late ${(own.loopDelay.p99 * 1000).toFixed(1)} ms (p99)` +
      `   GC ${(100 * rate(picture => picture.process.collections.seconds)).toFixed(1)} %`,
  ]
}

/** Those that were at fault; a program of an earlier release tells of none. */
function pluginLines({ plugins = [] }: Partial<Picture>, paint: Paint): string[] {
  const faulty = plugins.filter(({ faults }) => faults > 0)
  const lines = faulty.map(({ kind, name, faults }) => paint(`${kind} "${clean(name)}" is a plugin: ${faults} faults`, 'bad'))
  return lines.length > 0 ? ['', ...lines] : []
}

function partCells(part: PartPicture, rate: Rate): Cell[] {
  const of = (count: (part: PartPicture) => number) => (picture: Picture) =>
    sum(picture.parts.filter(({ name }) => name === part.name).map(count))
  const dropped = total(part.dropped)
  return [
    { text: clean(part.name) },
    { text: clean(part.component) },
    { text: shortNumber(part.taken) },
    { text: shortNumber(rate(of(({ taken }) => taken))) },
    { text: shortNumber(part.passed) },
    { text: shortNumber(rate(of(({ passed }) => passed))) },
    { text: shortNumber(total(part.used)) },
    { text: shortNumber(dropped), isBad: dropped > 0 },
    { text: shortNumber(part.held) },
  ]
}

function channelCells({ name, type, from, depth, capacity }: ChannelPicture, { parts }: Picture, rate: Rate): Cell[] {
  const writers = new Set(from)
  const isKnown = parts.some(part => writers.has(part.name))
  const flow = rate(picture => sum(picture.parts.filter(part => writers.has(part.name)).map(({ passed }) => passed)))
  const full = Math.max(depth.records / capacity.records, depth.batches / capacity.batches, depth.bytes / capacity.bytes)
  return [
    { text: clean(name) },
    { text: clean(type) },
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

/** Those that cost most where that is measured, else those that matched most. */
function ruleLines(now: Picture, rate: Rate, paint: Paint): string[] {
  const rules = rulesIn(now)
  if (rules.length === 0) return []
  const order = (a: RuleFigures, b: RuleFigures): number => (b.seconds ?? 0) - (a.seconds ?? 0) || b.matches - a.matches
  const isMeasured = rules.some(({ seconds }) => seconds !== undefined)
  const cells = rules
    .toSorted(order)
    .slice(0, MOST_RULES)
    .map(({ rule, matches, seconds }): Cell[] => [
      { text: clean(rule) },
      { text: shortNumber(matches) },
      {
        text: shortNumber(
          rate(picture =>
            sum(
              rulesIn(picture)
                .filter(one => one.rule === rule)
                .map(one => one.matches),
            ),
          ),
        ),
      },
      ...(isMeasured ? [{ text: (seconds ?? 0).toFixed(3) }] : []),
    ])
  return ['', ...tableLines(['rule', 'matches', '/s', ...(isMeasured ? ['seconds'] : [])], cells, 1, paint)]
}

const MOST_RULES = 15

function rulesIn({ parts }: Picture): RuleFigures[] {
  const figures = new Map<string, RuleFigures>()
  for (const { report } of parts) {
    for (const [rule, matches] of Object.entries(countsOf(report.byRule)))
      figures.set(rule, { rule, matches, seconds: undefined })
    for (const { rule, matches, seconds } of costsIn(report)) figures.set(rule, { rule, matches, seconds })
  }
  return [...figures.values()]
}

/** Columns side by side: the first `texts` to the left, numbers to the right. */
function tableLines(heads: readonly string[], rows: readonly (readonly Cell[])[], texts: number, paint: Paint): string[] {
  const widths = heads.map((head, column) => Math.max(head.length, ...rows.map(row => row[column]?.text.length ?? 0)))
  const line = (cells: readonly Cell[]): string =>
    cells
      .map(({ text, isBad }, column) => {
        const width = widths[column] ?? 0
        const padded = column < texts ? text.padEnd(width) : text.padStart(width)
        return isBad ? paint(padded, 'bad') : padded
      })
      .join('  ')
      .trimEnd()
  return [paint(line(heads.map(text => ({ text }))), 'head'), ...rows.map(line)]
}

/** At most so many signs, marks not counted. */
function cut(line: string, columns: number): string {
  let left = columns
  return line.replace(MARK_OR_SIGN, (sign, mark) => (mark !== undefined || left-- > 0 ? sign : ''))
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: a mark begins with one
const MARK_OR_SIGN = /(\x1b\[[\d;]*m)|[\s\S]/gu

/** Names longer than this are cut, so that their table still fits. */
const LONGEST_NAME = 60
const clean = (text: string): string => printable(text).replaceAll('\n', '\ufffd').slice(0, LONGEST_NAME)

const isDriver = ({ kind }: PartPicture): boolean => kind === 'driver'
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
const total = (counts: Readonly<Record<string, number>>): number => sum(Object.values(counts))
const bytes = (size: number): string => `${(size / 2 ** 20).toFixed(0)} MB`

function countsOf(value: unknown): Readonly<Record<string, number>> {
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, number] => typeof entry[1] === 'number'))
}

/** 3723 → "1:02:03" */
function span(seconds: number): string {
  const two = (number: number): string => String(Math.floor(number)).padStart(2, '0')
  return `${Math.floor(seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`
}
