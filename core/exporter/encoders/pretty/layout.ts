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
 *     2024-03-01 09:00:11.010  CRITICAL  Web server starts a shell         php on worker-2
 *       started   /bin/sh -c id; uname -a  (www-data, pid 1011)
 *       parents   php-fpm ← php-fpm ← containerd-shim-runc-v2 ← containerd ← systemd
 *       ATT&CK    T1190 T1059.004
 *
 * Whatever rules and records contain, there is one line for each of these, no wider than the screen.
 */
export function alertText(picture: Picture, verdict: Verdict, look: Look): string {
  const columns = look.columns()
  const lines = [...picture.lines, ...verdictLines(verdict)]
  return `${headline(picture, verdict, look, columns)}\n${lines.map(line => `${lineText(line, look.paint, columns)}\n`).join('')}`
}

/** A record that no rule matched, on one line: what happened, who did it, where. */
export function recordText({ time, place, lines: [first, second] }: Picture, { paint, isUtc, columns }: Look): string {
  const stamp = timeText(time, isUtc)
  const label = labelled(first.label)
  const room = columns() - stamp.length - columnsOf(label) - 2
  const tail = [second?.text, place].filter(text => text).map(text => ` · ${fit(text ?? '', Math.floor(room / 3))}`)
  const end = `${first.note ? `  (${first.note})` : ''}${first.failure ? `  ${first.failure}` : ''}`
  const behind = cut(`${spelt(end)}${tail.join('')}`, Math.floor(room * 0.6))
  const what = fit(first.text, room - columnsOf(behind), first.isPath)
  return `${paint(stamp, 'quiet')}  ${paint(label, 'key')}${what}${paint(behind, first.failure ? 'warning' : 'quiet')}\n`
}

function headline({ time, place }: Picture, { rules }: Verdict, { paint, isUtc }: Look, columns: number): string {
  const stamp = timeText(time, isUtc)
  const priority = highest(rules)
  const badge = priority === undefined ? '' : `${WORDS[priority] ?? priority.toUpperCase()}`
  const begin = `${paint(stamp, 'quiet')}  ${badge === '' ? '' : `${paint(badge, markOf(priority ?? 'low'))}  `}`
  const room = columns - stamp.length - 2 - (badge === '' ? 0 : badge.length + 2)
  const names = rules.length === 0 ? 'tagged' : rules.map(({ name }) => name).join(' + ')
  const title = fit(names, room)
  const left = room - columnsOf(title) - 3
  const where = left < 8 || place === '' ? '' : `   ${fit(place, left)}`
  return `${begin}${paint(title, 'head')}${paint(where, 'quiet')}`
}

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
    ...(first && first.description !== '' && first.description !== first.name ? [{ label: 'why', text: first.description }] : []),
    ...(techniques.length > 0 ? [{ label: 'ATT&CK', text: techniques.join(' ') }] : []),
    ...(others.length > 0 ? [{ label: 'tags', text: others.join(', ') }] : []),
    ...[...(fields ?? [])].map(([name, value]) => ({ label: name, text: String(value) })),
  ]
}

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

/** As wide for every moment. */
function timeText(time: number | undefined, isUtc: boolean): string {
  if (time === undefined || Number.isNaN(new Date(time).getTime())) return '----------'
  const date = new Date(isUtc ? time : time - new Date(time).getTimezoneOffset() * 60_000)
  return `${date.toISOString().slice(0, 23).replace('T', ' ')}${isUtc ? 'Z' : ''}`
}
