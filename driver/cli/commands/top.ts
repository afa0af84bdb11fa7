// SPDX-License-Identifier: Apache-2.0
import type { Writable } from 'node:stream'
import { Fault } from '../../../core/errors/fault.js'
import { hasColour } from '../colour.js'
import { EXIT } from '../../exit-codes.js'
import type { Picture } from '../../admin/picture.js'
import type { Place } from '../../config/admin-address.js'
import type { CommandKind, CommandOption } from './command.js'

export const AT_OPTION: CommandOption = {
  flags: '--at <place>',
  description: 'where its endpoint listens: http://ADDRESS:PORT, PORT or the path of a socket (default: http://127.0.0.1:9464)',
}

/** Draws a running process on the terminal once a second. */
export const topCommand: CommandKind = {
  name: 'top',
  summary: 'show the parts, channels and rules of a running process; it must have an endpoint (-inside)',
  arguments: [],
  options: [AT_OPTION, { flags: '--once', description: 'print one picture and end' }],
  examples: [
    { line: 'sfprocessor top', says: 'watch the process that has the usual endpoint on this machine; q ends' },
    { line: 'sfprocessor top -once -at /run/sfprocessor/inside.sock', says: 'print one picture' },
  ],
  async run({ options }, { stdout, stop, environment }) {
    const [{ placeFrom }, { topText }] = await Promise.all([import('../admin-client.js'), import('./top/top-text.js')])
    const place = placeFrom(typeof options.at === 'string' ? options.at : undefined)
    const first = await pictureAt(place)
    const screen = screenOf(stdout)
    const look = { hasColour: hasColour(stdout, environment) }
    if (options.once === true || !screen) {
      stdout.write(topText(first, undefined, { columns: screen?.columns ?? 120, rows: Number.POSITIVE_INFINITY, ...look }))
      return EXIT.ok
    }
    await watch(place, first, stdout, stop, (now, before) => topText(now, before, { ...(screenOf(stdout) ?? screen), ...look }))
    return EXIT.ok
  },
}

async function watch(
  place: Place,
  first: Picture,
  stdout: Writable,
  stop: AbortSignal,
  draw: (now: Picture, before: Picture | undefined) => string,
): Promise<void> {
  const quit = new AbortController()
  const ended = AbortSignal.any([stop, quit.signal])
  const leaveKeys = onKey(key => {
    if (key === 'q' || key === '\u0003') quit.abort()
  })
  stdout.write(ENTER)
  try {
    let before: Picture | undefined
    let now = first
    while (!ended.aborted) {
      stdout.write(HOME + draw(now, before).replaceAll('\n', `${REST_OF_LINE}\n`) + REST_OF_SCREEN)
      await second(ended)
      if (ended.aborted) break
      before = now
      now = await pictureAt(place)
    }
  } finally {
    stdout.write(LEAVE)
    leaveKeys()
  }
}

async function pictureAt(place: Place): Promise<Picture> {
  const { askFor } = await import('../admin-client.js')
  const answer = await askFor(place, '/pipeline')
  if (isPicture(answer)) return answer
  throw new Fault('SFP_INSIDE_UNREACHABLE', { place: JSON.stringify(place), reason: 'what answers there is no sfprocessor' })
}

const isPicture = (answer: unknown): answer is Picture =>
  typeof answer === 'object' && answer !== null && 'parts' in answer && 'channels' in answer && 'process' in answer

interface Screen {
  readonly columns: number
  readonly rows: number
}

/** Undefined: not a terminal. */
function screenOf(stream: object): Screen | undefined {
  if (!('isTTY' in stream) || stream.isTTY !== true) return undefined
  const size = (key: string, usual: number): number => Number(Reflect.get(stream, key)) || usual
  return { columns: size('columns', 80), rows: size('rows', 24) }
}

/** Calls back for each key; returns what ends that. */
function onKey(tell: (key: string) => void): () => void {
  const { stdin } = process
  if (!stdin.isTTY) return () => {}
  const hear = (keys: Buffer): void => {
    for (const key of keys.toString('utf8')) tell(key)
  }
  stdin.setRawMode(true).on('data', hear).resume()
  return () => void stdin.setRawMode(false).off('data', hear).pause()
}

const second = (ended: AbortSignal): Promise<void> =>
  new Promise(resolve => {
    const timer = setTimeout(done, 1000)
    function done(): void {
      clearTimeout(timer)
      ended.removeEventListener('abort', done)
      resolve()
    }
    ended.addEventListener('abort', done, { once: true })
  })

const ENTER = '\x1b[?1049h\x1b[?25l'
const LEAVE = '\x1b[?25h\x1b[?1049l'
const HOME = '\x1b[H'
const REST_OF_LINE = '\x1b[K'
const REST_OF_SCREEN = '\x1b[J'
