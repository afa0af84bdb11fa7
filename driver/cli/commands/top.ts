// SPDX-License-Identifier: Apache-2.0

import type { Writable } from 'node:stream'
import type { CommandDefinition, CommandOption } from '../../../core/contract/command.js'
import { isObject } from '../../../core/contract/objects.js'
import { Fault } from '../../../core/errors/fault.js'
import { hasColor } from '../../../core/terminal/color.js'
import type { PipelineSnapshot } from '../../admin/snapshot.js'
import type { EndpointAddress } from '../../config/endpoint-address.js'
import { EXIT } from '../../exit-codes.js'
import type { ProcessContext } from '../../process/process-context.js'

export const AT_OPTION: CommandOption = {
  flags: '--at <address>',
  description: 'address of the endpoint: http://ADDRESS:PORT, PORT or a socket path (default: http://127.0.0.1:9464)',
}

/** Shows a running process on the terminal, with one update per second. */
export const topCommand: CommandDefinition<ProcessContext> = {
  name: 'top',
  summary: 'show components, channels and rules of a running process; requires -admin',
  arguments: [],
  options: [AT_OPTION, { flags: '--once', description: 'print one snapshot and exit' }],
  examples: [
    { line: 'sfprocessor top', description: 'monitor the process with the default endpoint on this machine; q quits' },
    { line: 'sfprocessor top -once -at /run/sfprocessor/admin.sock', description: 'print one snapshot' },
  ],
  async run({ options }, { stdout, stop, environment }) {
    const [{ resolveEndpointAddress }, { topText }] = await Promise.all([
      import('../admin-client.js'),
      import('./top/top-text.js'),
    ])
    const address = resolveEndpointAddress(typeof options.at === 'string' ? options.at : undefined)
    const first = await fetchSnapshot(address)
    const screen = terminalSizeOf(stdout)
    const colorLayout = { hasColor: hasColor(stdout, environment) }
    if (options.once === true || !screen) {
      stdout.write(topText(first, undefined, { columns: screen?.columns ?? 120, rows: Number.POSITIVE_INFINITY, ...colorLayout }))
      return EXIT.ok
    }
    await redrawUntilStopped(address, first, stdout, stop, (now, before) =>
      topText(now, before, { ...(terminalSizeOf(stdout) ?? screen), ...colorLayout }),
    )
    return EXIT.ok
  },
}

async function redrawUntilStopped(
  address: EndpointAddress,
  first: PipelineSnapshot,
  stdout: Writable,
  stop: AbortSignal,
  draw: (now: PipelineSnapshot, before: PipelineSnapshot | undefined) => string,
): Promise<void> {
  const quit = new AbortController()
  const ended = AbortSignal.any([stop, quit.signal])
  const stopReadingKeys = onKey(key => {
    if (key === 'q' || key === '\u0003') quit.abort()
  })
  stdout.write(ENTER_SCREEN)
  try {
    let before: PipelineSnapshot | undefined
    let now = first
    while (!ended.aborted) {
      stdout.write(CURSOR_HOME + draw(now, before).replaceAll('\n', `${CLEAR_LINE_END}\n`) + CLEAR_SCREEN_END)
      await waitOneSecond(ended)
      if (ended.aborted) break
      before = now
      now = await fetchSnapshot(address)
    }
  } finally {
    stdout.write(LEAVE_SCREEN)
    stopReadingKeys()
  }
}

async function fetchSnapshot(address: EndpointAddress): Promise<PipelineSnapshot> {
  const { fetchJson } = await import('../admin-client.js')
  const answer = await fetchJson(address, '/pipeline')
  if (isSnapshot(answer)) return answer
  throw new Fault('SFP_ADMIN_UNREACHABLE', { address: JSON.stringify(address), reason: 'the server there is not sfprocessor' })
}

const isSnapshot = (answer: unknown): answer is PipelineSnapshot =>
  isObject(answer) && 'parts' in answer && 'channels' in answer && 'process' in answer

interface TerminalSize {
  readonly columns: number
  readonly rows: number
}

/** Undefined: not a terminal. */
function terminalSizeOf(stream: object): TerminalSize | undefined {
  if (!('isTTY' in stream) || stream.isTTY !== true) return undefined
  const size = (key: string, defaultSize: number): number => Number(Reflect.get(stream, key)) || defaultSize
  return { columns: size('columns', 80), rows: size('rows', 24) }
}

/** Calls `listener` for each key; returns the function that stops it. */
function onKey(listener: (key: string) => void): () => void {
  const { stdin } = process
  if (!stdin.isTTY) return () => {}
  const onData = (keys: Buffer): void => {
    for (const key of keys.toString('utf8')) listener(key)
  }
  stdin.setRawMode(true).on('data', onData).resume()
  return () => void stdin.setRawMode(false).off('data', onData).pause()
}

const waitOneSecond = (ended: AbortSignal): Promise<void> =>
  new Promise(resolve => {
    const timer = setTimeout(done, 1000)
    function done(): void {
      clearTimeout(timer)
      ended.removeEventListener('abort', done)
      resolve()
    }
    ended.addEventListener('abort', done, { once: true })
  })

const ENTER_SCREEN = '\x1b[?1049h\x1b[?25l'
const LEAVE_SCREEN = '\x1b[?25h\x1b[?1049l'
const CURSOR_HOME = '\x1b[H'
const CLEAR_LINE_END = '\x1b[K'
const CLEAR_SCREEN_END = '\x1b[J'
