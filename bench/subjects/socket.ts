// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, watch, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/**
 * `socket.js TRACE RULES`: one process of the program listens on a socket, evaluates the records and discards the alerts;
 * another one replays the trace into it at full speed. Ends when both have ended, and prints the summary of the first.
 */
const [trace = '', rules = ''] = process.argv.slice(2)
const MAIN = resolve(import.meta.dirname, '../../driver/main.js')

const folder = mkdtempSync(join(tmpdir(), 'sfprocessor-socket-'))
try {
  process.stderr.write(await replayInto(join(folder, 'sysflow.sock')))
} finally {
  rmSync(folder, { recursive: true })
}

async function replayInto(path: string): Promise<string> {
  const config = join(folder, 'pipeline.json')
  const stages = [
    { processor: 'sysflowreader', in: 'sysflow sysflowchan', out: 'flat flattenerchan' },
    { processor: 'policyengine', in: 'flat flattenerchan', out: 'evt eventchan', mode: 'alert', policies: rules },
    { processor: 'exporter', in: 'evt eventchan', export: 'null' },
  ]
  writeFileSync(config, JSON.stringify({ pipeline: stages }))
  const socketCreated = new Promise<void>(resolve => {
    const watcher = watch(folder, (_, name) => {
      if (name !== 'sysflow.sock') return
      watcher.close()
      resolve()
    })
  })
  const receiver = startProgram(['-config', config, '-driver', 'socket', '-log', 'error', '-summary', 'json', path])
  await Promise.race([socketCreated, receiver.ended])
  await startProgram(['replay', '-to', path, trace]).ended
  receiver.stop()
  return receiver.ended
}

/** `ended` resolves with its standard error, or rejects with it if the program failed. */
function startProgram(args: readonly string[]): { readonly ended: Promise<string>; stop(): void } {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = (async () => {
    const [output, [status]] = await Promise.all([child.stderr.toArray(), once(child, 'exit')])
    const text = Buffer.concat(output).toString()
    if (status !== 0) throw new Error(`status ${status} of ${args.join(' ')}: ${text}`)
    return text
  })()
  ended.catch(() => {})
  return { ended, stop: () => child.kill('SIGTERM') }
}
