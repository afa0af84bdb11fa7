// SPDX-License-Identifier: Apache-2.0
import { Fault } from '../../../core/errors/fault.js'
import { showPainted } from '../../../core/errors/show.js'
import { paintOn } from '../../../driver/cli/colour.js'
import { EXIT, type ExitCode } from '../../../driver/exit-codes.js'
import type { World } from '../../../driver/pipeline/prepare.js'
import type { Messages } from './trace-messages.js'
import type { TraceFile } from '../drivers/trace-files.js'
import type { Call, CommandKind } from '../../../driver/cli/commands/command.js'

export const replayCommand: CommandKind = {
  name: 'replay',
  summary: 'send the records of traces to a socket, as a collector does',
  arguments: [{ name: '<trace...>', description: 'traces, or folders of traces' }],
  options: [
    {
      flags: '--to <socket>',
      description: 'path of the socket; what listens there may start up to 10 s later',
      isRequired: true,
    },
    { flags: '--speed <number>', description: 'messages a second, or max: as fast as they are taken (default: max)' },
    { flags: '--repeat <number>', description: 'how often all is sent (default: 1)' },
    { flags: '--connections <number>', description: 'collectors at once, each sending everything, 64 at most (default: 1)' },
  ],
  examples: [
    { line: 'sfprocessor replay trace.sf -to /run/sysflow/sysflow.sock', says: 'send a trace as fast as it is taken' },
    {
      line: 'sfprocessor replay traces/ -to /run/sysflow/sysflow.sock -speed 5000 -repeat 10',
      says: 'send a folder of traces ten times, 5,000 messages a second',
    },
  ],
  run,
}

async function run({ arguments: paths, options }: Call, world: World): Promise<ExitCode> {
  const speed =
    options.speed === undefined || options.speed === 'max' ? undefined : wholeNumber('speed', options.speed, 10_000_000)
  const plan = {
    path: String(options.to),
    speed,
    repeat: wholeNumber('repeat', options.repeat ?? '1', 1_000_000_000),
    connections: wholeNumber('connections', options.connections ?? '1', 64),
  }
  const [{ findTraces }, { loadNative }, { replay }] = await Promise.all([
    import('../drivers/trace-files.js'),
    import('../drivers/socket/native.js'),
    import('./replay.js'),
  ])
  let hasFaults = false
  const report = (fault: Fault): void => {
    hasFaults = true
    world.stderr.write(`${showPainted(fault, paintOn(world.stderr, world.environment))}\n`)
  }
  const { files, faults } = await findTraces(paths)
  for (const fault of faults) report(fault)
  const { messages, seconds } = await replay(plan, messagesFrom(files, plan.repeat > 1, report), await loadNative(), world.stop)
  if (messages === 0 && !world.stop.aborted) throw new Fault('SFP_REPLAY_EMPTY')
  const rate = Math.round(messages / Math.max(seconds, 0.001))
  world.stderr.write(`${messages} messages sent in ${seconds.toFixed(2)} s, ${rate} a second\n`)
  return hasFaults ? EXIT.failed : EXIT.ok
}

/**
 * Messages of all traces, to be asked for once a repetition. If they are to be repeated and small they are read once and kept, so
 * that reading does not slow the sending. Faults are told the first time.
 */
function messagesFrom(
  files: readonly TraceFile[],
  isRepeated: boolean,
  report: (fault: Fault) => void,
): () => AsyncIterable<Messages> {
  let kept: Messages[] | undefined = isRepeated ? [] : undefined
  let isRead = false
  return async function* () {
    if (isRead && kept) return yield* kept
    const { messagesOf } = await import('./trace-messages.js')
    let bytes = 0
    for (const file of files)
      for await (const messages of messagesOf(file, isRead ? () => {} : report)) {
        bytes += messages.bytes.length
        if (bytes > KEPT) kept = undefined
        kept?.push(messages)
        yield messages
      }
    isRead = true
  }
}

/** Bytes that are kept for repetitions. */
const KEPT = 64 * 1024 * 1024

function wholeNumber(option: string, given: string | boolean, most: number): number {
  const number = /^\d{1,10}$/.test(String(given)) ? Number(given) : 0
  if (number >= 1 && number <= most) return number
  throw new Fault('SFP_REPLAY_OPTION', { option, value: String(given), expected: `a whole number from 1 to ${most}` })
}
