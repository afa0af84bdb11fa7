// SPDX-License-Identifier: Apache-2.0
import type { PeerResult, RatioResult, Results, RowResult } from './results.js'
import { type Figure, formatFigure, type PerformanceTarget, type TargetOutcome } from './runs/performance-target.js'

/** The results as Markdown: runs, then ratios between them, then notes. */
export function resultsTable({ machine, revision, runs, rows, ratios, notes, peer }: Results): string {
  const commit = revision ? `, commit ${revision.commit.slice(0, 12)}${revision.isDirty ? ' with changes' : ''}` : ''
  const { cores, processor, memoryGigabytes, kernel, node } = machine
  return [
    `${cores} x ${processor}, ${memoryGigabytes} GB, ${kernel}, Node ${node}${commit}.`,
    `Median of ${runs} runs of the whole program after a warm-up run${peer ? `; the peer \`${peer}\` runs alternately` : ''}.`,
    '',
    `| run | records | s (least–most) | records/s | MB/s in | CPU s | peak MB |${peer ? ' peer s | peer / ours | by CPU |' : ''} floor | goal | |`,
    `|---|---:|---:|---:|---:|---:|---:|${peer ? '---:|---:|---:|' : ''}---:|---:|---|`,
    ...rows.map(row => rowLine(row, peer !== undefined)),
    '',
    '| ratio, within one round | median (least–most) | by CPU | floor | |',
    '|---|---:|---:|---:|---|',
    ...ratios.map(ratioLine),
    '',
    ...notes.map(note => `- ${note}`),
  ].join('\n')
}

/** A line for the terminal, during the runs or at their end. */
export function rowLine(row: RowResult, hasPeer: boolean): string {
  const { seconds, recordsPerSecond, megabytesPerSecond, cpuSeconds, peakMegabytes, peer } = row
  const cells = [
    row.name,
    row.records === undefined ? '' : thousands(row.records),
    spread(seconds, 2),
    recordsPerSecond === undefined ? '' : thousands(Math.round(recordsPerSecond)),
    megabytesPerSecond === undefined ? '' : megabytesPerSecond.toFixed(0),
    cpuSeconds.median.toFixed(2),
    peakMegabytes.most.toFixed(0),
    ...(hasPeer ? peerCells(peer) : []),
    ...targetCells(row.target, row.targetOutcome),
  ]
  return `| ${cells.join(' | ')} |`
}

function peerCells(peer: PeerResult | undefined): string[] {
  if (!peer) return ['', '', '']
  return [peer.seconds.median.toFixed(2), spread(peer.ratio, 2), peer.ratioByProcessorTime.median.toFixed(2)]
}

function ratioLine({ name, unit, value, byProcessorTime, target, targetOutcome }: RatioResult): string {
  const cells =
    unit === undefined
      ? [name, spread(value, 2), byProcessorTime.median.toFixed(2), target ? formatFigure(target.figure, target.floor) : '']
      : [name, `${spread(value, 0)} ${unit}`, '', target ? `≤ ${target.floor} ${unit}` : '']
  return `| ${cells.join(' | ')} | ${targetOutcome ? RATIO_WORDS[targetOutcome] : ''} |`
}

const OUTCOME_WORDS: Readonly<Record<TargetOutcome, string>> = { missed: '**missed**', floor: 'floor held', goal: 'goal reached' }
const RATIO_WORDS: Readonly<Record<TargetOutcome, string>> = { missed: '**missed**', floor: 'held', goal: 'held' }

function targetCells(target: PerformanceTarget | undefined, targetOutcome: TargetOutcome | undefined): string[] {
  if (!target || !targetOutcome) return ['', '', '']
  const text = (figure: Figure, value: number | undefined) => (value === undefined ? '' : formatFigure(figure, value))
  return [text(target.figure, target.floor), text(target.figure, target.goal), OUTCOME_WORDS[targetOutcome]]
}

const spread = ({ median, least, most }: RowResult['seconds'], digits: number): string =>
  least === most ? median.toFixed(digits) : `${median.toFixed(digits)} (${least.toFixed(digits)}–${most.toFixed(digits)})`

const thousands = (value: number): string => value.toLocaleString('en-US').replaceAll(',', ' ')
