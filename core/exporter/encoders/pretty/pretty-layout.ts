// SPDX-License-Identifier: Apache-2.0
import { PRIORITIES, type Priority, type RuleMatches, type RuleMetadata } from '../../../contract/evaluated-batch.js'
import { escapeControls } from '../../../terminal/printable.js'
import { styleOfPriority } from '../../../terminal/priority-style.js'
import type { ApplyStyle } from '../../../terminal/style.js'
import { displayWidth, truncate, truncateMiddle } from '../../../terminal/width.js'
import type { PrettyLine, PrettyRecord } from './pretty-record.js'

export interface PrettyLayout {
  readonly style: ApplyStyle
  /** Width of a line; called for each record, since a window may be resized. */
  readonly columns: () => number
  readonly isUtc: boolean
}

/**
 * An alert in human-readable form, followed by an empty line:
 *
 *     2024-03-01 09:00:11.010  HIGH      Web server spawned shell   in php on worker-2
 *       started    /bin/sh -c id; uname -a  (www-data, pid 1011)
 *       parents    php-fpm ← php-fpm ← containerd-shim-runc-v2 ← containerd ← systemd
 *       ATT&CK     T1190 T1059.004
 *
 * Whatever rules and records contain, each of these takes one line, no wider than the screen.
 */
export function alertText(record: PrettyRecord, matches: RuleMatches, layout: PrettyLayout): string {
  const columns = layout.columns()
  const lines = [...record.lines, ...ruleMatchLines(matches)]
  return `${headline(record, matches, layout, columns)}\n${lines.map(line => `${lineText(line, layout.style, columns)}\n`).join('')}`
}

/** A record that no rule matched, on one line: the event, the actor, the location. */
export function recordText(
  { time, location, actorName, lines: [first] }: PrettyRecord,
  { style, isUtc, columns: columnCount }: PrettyLayout,
): string {
  const columns = columnCount()
  const timestamp = timeText(time, isUtc, columns)
  const label = padLabel(first.label)
  const room = columns - timestamp.length - 2 - displayWidth(label)
  const result = first.failure === undefined ? '' : `  ${first.failure}`
  const note = first.note === undefined ? '' : `  (${first.note})`
  const actorAndLocation = [actorName, location].filter(text => text !== '').join(' ')
  const textColumns = displayWidth(fitText(first.text, room, first.isPath))
  // The event gets at least two thirds of the width if it needs them.
  const trailer = fitText(
    `${note}${result}${actorAndLocation === '' ? '' : `  ${actorAndLocation}`}`,
    Math.max(room - textColumns - 2, Math.floor(room / 3)),
  )
  const shownText = fitText(first.text, room - displayWidth(trailer) - 2, first.isPath)
  return `${style(timestamp, 'quiet')}  ${style(label, 'key')}${shownText}${trailer === '' ? '' : `  ${style(trailer, result === '' ? 'quiet' : 'warning')}`}\n`
}

function headline(
  { time, location }: PrettyRecord,
  { rules }: RuleMatches,
  { style, isUtc }: PrettyLayout,
  columns: number,
): string {
  const timestamp = timeText(time, isUtc, columns)
  const priority = highestPriority(rules)
  const badge = priority === undefined ? 'TAGGED' : (PRIORITY_LABELS[priority] ?? priority.toUpperCase())
  const gap = ' '.repeat(Math.max(2, BADGE_COLUMNS - badge.length))
  const start = `${style(timestamp, 'quiet')}  ${style(badge, styleOfPriority(priority ?? 'low'))}${gap}`
  const room = columns - timestamp.length - 2 - badge.length - gap.length
  const title = fitText(rules.map(({ name }) => name).join(' + '), room)
  const shownLocation = fitText(location, columns)
  const hasRoom = shownLocation !== '' && displayWidth(title) + 3 + displayWidth(shownLocation) <= room
  return `${start}${style(title, 'head')}${hasRoom ? style(`   ${shownLocation}`, 'quiet') : ''}`
}

const BADGE_COLUMNS = 10

function lineText({ label, text, note, failure, isPath = false }: PrettyLine, style: ApplyStyle, columns: number): string {
  const heading = `  ${padLabel(label)}`
  const room = columns - displayWidth(heading)
  const result = failure === undefined ? '' : `  ${fitText(failure, room - 10)}`
  const detail = note === undefined ? '' : `  ${fitText(`(${note})`, Math.max(10, Math.floor(room / 2) - displayWidth(result)))}`
  const shownText = fitText(text, Math.max(1, room - displayWidth(detail) - displayWidth(result)), isPath)
  return `${style(heading, 'key')}${shownText}${style(detail, 'quiet')}${style(result, 'bad')}`
}

/** The rule matches: the reason, tags, and fields that actions added. */
function ruleMatchLines({ rules, contextTags, fields }: RuleMatches): PrettyLine[] {
  const tags = [...new Set([...contextTags, ...rules.flatMap(rule => rule.tags)])]
  const techniques = tags.filter(tag => TECHNIQUE.test(tag)).map(tag => tag.replace(TECHNIQUE, ''))
  const others = tags.filter(tag => !TECHNIQUE.test(tag))
  const [first] = rules
  return [
    ...(first && first.description !== '' && first.description !== first.name ? [descriptionLine(first)] : []),
    ...(techniques.length > 0 ? [{ label: 'ATT&CK', text: techniques.join(' ') }] : []),
    ...(others.length > 0 ? [{ label: 'tags', text: others.join(', ') }] : []),
    ...[...(fields ?? [])].map(([name, value]) => ({ label: name, text: String(value) })),
  ]
}

/** Shows the first sentence of the description. */
const descriptionLine = ({ description }: RuleMetadata): PrettyLine => ({
  label: 'why',
  text: /^.{10,}?[.!?](?=\s)/s.exec(description)?.[0] ?? description,
})

const TECHNIQUE = /^mitre:(?=TA?\d)/i

/** Pads the label with two spaces at least. */
function padLabel(label: string): string {
  const shown = fitText(label, MAX_LABEL_LENGTH)
  return `${shown}${' '.repeat(Math.max(2, LABEL_COLUMNS - displayWidth(shown)))}`
}

const LABEL_COLUMNS = 11
const MAX_LABEL_LENGTH = 24

/** One line of printable text. Of a very long text only both ends are processed, since no more than that is visible. */
function fitText(text: string, columns: number, isPath = false): string {
  const shown = escapeControls(
    text.length > MAX_TEXT_LENGTH ? `${text.slice(0, MAX_TEXT_LENGTH / 2)}…${text.slice(-MAX_TEXT_LENGTH / 2)}` : text,
  ).trim()
  return isPath ? truncateMiddle(shown, columns) : truncate(shown, columns)
}

const MAX_TEXT_LENGTH = 2000

const highestPriority = (rules: readonly RuleMetadata[]): Priority | undefined =>
  PRIORITIES.find(priority => rules.some(rule => rule.priority === priority))

const PRIORITY_LABELS: Readonly<Partial<Record<Priority, string>>> = { informational: 'INFO' }

/** The width is the same for every time; a narrow screen omits the date. */
function timeText(time: number | undefined, isUtc: boolean, columns: number): string {
  if (time === undefined || Number.isNaN(new Date(time).getTime())) return '--:--:--.---'
  const date = new Date(isUtc ? time : time - new Date(time).getTimezoneOffset() * 60_000)
  return `${date
    .toISOString()
    .slice(columns < MIN_DATE_COLUMNS ? 11 : 0, 23)
    .replace('T', ' ')}${isUtc ? 'Z' : ''}`
}

/** Width below which the date is omitted, in columns. */
const MIN_DATE_COLUMNS = 64
