// SPDX-License-Identifier: Apache-2.0
import { PRIORITIES, type Priority, type RuleFacts, type Verdict } from '../../../contract/verdict.js'
import type { Paint } from '../../../terminal/paint.js'
import { spelt } from '../../../terminal/printable.js'
import { markOf } from '../../../terminal/priority-mark.js'
import { columnsOf, cut, cutInside } from '../../../terminal/width.js'
import type { Picture, PictureLine } from './picture.js'

export interface Look {
  readonly paint: Paint
  /** Room for a line; asked for anew with every record, as a window may change. */
  readonly columns: () => number
  readonly isUtc: boolean
}

/**
 * An alert as a person reads it, with an empty line behind it:
 *
 *     2024-03-01 09:00:11.010  HIGH      Web server starts a shell   in php on worker-2
 *       started    /bin/sh -c id; uname -a  (www-data, pid 1011)
 *       parents    php-fpm ← php-fpm ← containerd-shim-runc-v2 ← containerd ← systemd
 *       ATT&CK     T1190 T1059.004
 *
 * Whatever rules and records contain, there is one line for each of these, no wider than the screen.
 */
export function alertText(picture: Picture, verdict: Verdict, look: Look): string {
  const columns = look.columns()
  const lines = [...picture.lines, ...verdictLines(verdict)]
  return `${headline(picture, verdict, look, columns)}\n${lines.map(line => `${lineText(line, look.paint, columns)}\n`).join('')}`
}

/** A record that no rule matched, on one line: what happened, who did it, where. */
export function recordText({ time, place, who, lines: [first] }: Picture, { paint, isUtc, columns: asked }: Look): string {
  const columns = asked()
  const stamp = timeText(time, isUtc, columns)
  const label = labelled(first.label)
  const room = columns - stamp.length - 2 - columnsOf(label)
  const result = first.failure === undefined ? '' : `  ${first.failure}`
  const note = first.note === undefined ? '' : `  (${first.note})`
  const around = [who, place].filter(text => text !== '').join(' ')
  const whole = columnsOf(fit(first.text, room, first.isPath))
  // What happened has two thirds of the room at least, if it needs them.
  const behind = fit(`${note}${result}${around === '' ? '' : `  ${around}`}`, Math.max(room - whole - 2, Math.floor(room / 3)))
  const what = fit(first.text, room - columnsOf(behind) - 2, first.isPath)
  return `${paint(stamp, 'quiet')}  ${paint(label, 'key')}${what}${behind === '' ? '' : `  ${paint(behind, result === '' ? 'quiet' : 'warning')}`}\n`
}

function headline({ time, place }: Picture, { rules }: Verdict, { paint, isUtc }: Look, columns: number): string {
  const stamp = timeText(time, isUtc, columns)
  const priority = highest(rules)
  const word = priority === undefined ? 'TAGGED' : (WORDS[priority] ?? priority.toUpperCase())
  const gap = ' '.repeat(Math.max(2, BADGE_COLUMNS - word.length))
  const begin = `${paint(stamp, 'quiet')}  ${paint(word, markOf(priority ?? 'low'))}${gap}`
  const room = columns - stamp.length - 2 - word.length - gap.length
  const title = fit(rules.map(({ name }) => name).join(' + '), room)
  const where = fit(place, columns)
  const isRoomFor = where !== '' && columnsOf(title) + 3 + columnsOf(where) <= room
  return `${begin}${paint(title, 'head')}${isRoomFor ? paint(`   ${where}`, 'quiet') : ''}`
}

const BADGE_COLUMNS = 10

function lineText({ label, text, note, failure, isPath = false }: PictureLine, paint: Paint, columns: number): string {
  const heading = `  ${labelled(label)}`
  const room = columns - columnsOf(heading)
  const result = failure === undefined ? '' : `  ${fit(failure, room - 10)}`
  const detail = note === undefined ? '' : `  ${fit(`(${note})`, Math.max(10, Math.floor(room / 2) - columnsOf(result)))}`
  const what = fit(text, Math.max(1, room - columnsOf(detail) - columnsOf(result)), isPath)
  return `${paint(heading, 'key')}${what}${paint(detail, 'quiet')}${paint(result, 'bad')}`
}

/** What was judged: why, tags, and what actions added. */
function verdictLines({ rules, contextTags, fields }: Verdict): PictureLine[] {
  const tags = [...new Set([...contextTags, ...rules.flatMap(rule => rule.tags)])]
  const techniques = tags.filter(tag => TECHNIQUE.test(tag)).map(tag => tag.replace(TECHNIQUE, ''))
  const others = tags.filter(tag => !TECHNIQUE.test(tag))
  const [first] = rules
  return [
    ...(first && first.description !== '' && first.description !== first.name ? [whyLine(first)] : []),
    ...(techniques.length > 0 ? [{ label: 'ATT&CK', text: techniques.join(' ') }] : []),
    ...(others.length > 0 ? [{ label: 'tags', text: others.join(', ') }] : []),
    ...[...(fields ?? [])].map(([name, value]) => ({ label: name, text: String(value) })),
  ]
}

/** The first sentence says it. */
const whyLine = ({ description }: RuleFacts): PictureLine => ({
  label: 'why',
  text: /^.{10,}?[.!?](?=\s)/s.exec(description)?.[0] ?? description,
})

const TECHNIQUE = /^mitre:(?=TA?\d)/i

/** Two blanks behind it at least. */
function labelled(label: string): string {
  const shown = fit(label, LONGEST_LABEL)
  return `${shown}${' '.repeat(Math.max(2, LABEL_COLUMNS - columnsOf(shown)))}`
}

const LABEL_COLUMNS = 11
const LONGEST_LABEL = 24

/** One line of printable text. Of what is very long only the ends are looked at: nobody sees more. */
function fit(text: string, columns: number, isPath = false): string {
  const shown = spelt(
    text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT / 2)}…${text.slice(-LONGEST_TEXT / 2)}` : text,
  ).trim()
  return isPath ? cutInside(shown, columns) : cut(shown, columns)
}

const LONGEST_TEXT = 2000

const highest = (rules: readonly RuleFacts[]): Priority | undefined =>
  PRIORITIES.find(priority => rules.some(rule => rule.priority === priority))

const WORDS: Readonly<Partial<Record<Priority, string>>> = { informational: 'INFO' }

/** As wide for every moment; without the date where a line is short. */
function timeText(time: number | undefined, isUtc: boolean, columns: number): string {
  if (time === undefined || Number.isNaN(new Date(time).getTime())) return '--:--:--.---'
  const date = new Date(isUtc ? time : time - new Date(time).getTimezoneOffset() * 60_000)
  return `${date
    .toISOString()
    .slice(columns < DATE_FROM ? 11 : 0, 23)
    .replace('T', ' ')}${isUtc ? 'Z' : ''}`
}

/** Columns. */
const DATE_FROM = 64
