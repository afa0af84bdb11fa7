// SPDX-License-Identifier: Apache-2.0

import type { CommandContext, CommandDefinition, CommandInvocation, CommandStatus } from '../../../core/contract/command.js'
import type { Fault } from '../../../core/errors/fault.js'
import { formatStyledFault } from '../../../core/errors/format-fault.js'
import type { InputFile } from '../../../core/input/input-files.js'
import { styleFor } from '../../../core/terminal/color.js'
import { sysflowFault } from '../errors.js'
import type { MessageBlock } from './trace-messages.js'

export const replayCommand: CommandDefinition = {
  name: 'replay',
  summary: 'send the records of traces to a socket, like a collector',
  arguments: [{ name: '<trace...>', description: 'traces or directories of traces' }],
  options: [
    {
      flags: '--to <socket>',
      description: 'path of the socket; replay waits up to 10 s for the listening process',
      isRequired: true,
    },
    { flags: '--speed <number>', description: 'messages per second, or max: as fast as possible (default: max)' },
    { flags: '--repeat <number>', description: 'number of repetitions (default: 1)' },
    { flags: '--connections <number>', description: 'parallel connections, at most 64, each sends all records (default: 1)' },
  ],
  examples: [
    { line: 'sfprocessor replay trace.sf -to /run/sysflow/sysflow.sock', description: 'send a trace as fast as possible' },
    {
      line: 'sfprocessor replay traces/ -to /run/sysflow/sysflow.sock -speed 5000 -repeat 10',
      description: 'send a directory of traces ten times, 5,000 messages per second',
    },
  ],
  run,
}

async function run({ arguments: paths, options }: CommandInvocation, context: CommandContext): Promise<CommandStatus> {
  const speed =
    options.speed === undefined || options.speed === 'max' ? undefined : parseWholeNumber('speed', options.speed, 10_000_000)
  const plan = {
    path: String(options.to),
    speed,
    repeat: parseWholeNumber('repeat', options.repeat ?? '1', 1_000_000_000),
    connections: parseWholeNumber('connections', options.connections ?? '1', 64),
  }
  const [{ findInputFiles }, { loadNativeSockets }, { replayMessages }] = await Promise.all([
    import('../../../core/input/input-files.js'),
    import('../drivers/socket/native-sockets.js'),
    import('./replay.js'),
  ])
  let hasFaults = false
  const report = (fault: Fault): void => {
    hasFaults = true
    context.stderr.write(`${formatStyledFault(fault, styleFor(context.stderr, context.environment))}\n`)
  }
  const { files, faults } = await findInputFiles(paths)
  for (const fault of faults) report(fault)
  const { messages, seconds } = await replayMessages(
    plan,
    messagesFrom(files, plan.repeat > 1, report),
    await loadNativeSockets(),
    context.stop,
  )
  if (messages === 0 && !context.stop.aborted) throw sysflowFault('SFP_REPLAY_EMPTY')
  const rate = Math.round(messages / Math.max(seconds, 0.001))
  context.stderr.write(`${messages} messages sent in ${seconds.toFixed(2)} s, ${rate} per second\n`)
  return hasFaults ? 1 : 0
}

/**
 * Returns a function that yields the messages of all traces, for one repetition per call. If messages are repeated and small,
 * they are read once and cached, so that reading does not slow the sending. Faults are reported in the first pass only.
 */
function messagesFrom(
  files: readonly InputFile[],
  isRepeated: boolean,
  report: (fault: Fault) => void,
): () => AsyncIterable<MessageBlock> {
  let cached: MessageBlock[] | undefined = isRepeated ? [] : undefined
  let isFirstPassDone = false
  return async function* () {
    if (isFirstPassDone && cached) return yield* cached
    const { messagesOf } = await import('./trace-messages.js')
    let bytes = 0
    for (const file of files)
      for await (const messages of messagesOf(file, isFirstPassDone ? () => {} : report)) {
        bytes += messages.bytes.length
        if (bytes > MAX_CACHED_BYTES) cached = undefined
        cached?.push(messages)
        yield messages
      }
    isFirstPassDone = true
  }
}

/** Maximum number of bytes that are cached for repetitions. */
const MAX_CACHED_BYTES = 64 * 1024 * 1024

function parseWholeNumber(option: string, given: string | boolean, max: number): number {
  const number = /^\d{1,10}$/.test(String(given)) ? Number(given) : 0
  if (number >= 1 && number <= max) return number
  throw sysflowFault('SFP_REPLAY_OPTION', { option, value: String(given), expected: `an integer from 1 to ${max}` })
}
