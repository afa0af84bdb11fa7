#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
import module from 'node:module'
import { EXIT } from './exit-codes.js'
import { limitYoungGeneration } from './process/young-generation.js'

/** Asked for so often, by people and scripts, that nothing else is loaded for it. */
const VERSION_FLAGS = new Set(['-version', '--version'])

async function main(args: readonly string[]): Promise<number> {
  const [first] = args
  if (args.length === 1 && first !== undefined && VERSION_FLAGS.has(first)) {
    process.stdout.write((await import('./process/package.js')).versionLine())
    return EXIT.ok
  }
  // Positions in errors are then those in the sources; reading the maps takes longer than a small run.
  if (process.env.SFPROCESSOR_DEBUG) process.setSourceMapsEnabled(true)
  limitYoungGeneration()
  if ('enableCompileCache' in module) (await import('./process/compile-cache.js')).enableModuleCache(process.env)
  const { runCommandLine } = await import('./command-line.js')
  return runCommandLine(args, {
    stdout: process.stdout,
    stderr: process.stderr,
    environment: process.env,
    directory: process.cwd(),
    stop: stop.signal,
    abort: abort.signal,
    onReload(listener) {
      process.on('SIGHUP', listener)
      return () => process.off('SIGHUP', listener)
    },
    onUncaughtError(handler) {
      handleUncaughtError = handler
    },
  })
}

const stop = new AbortController()
const abort = new AbortController()
let exit: number | undefined
let handleUncaughtError = (_error: unknown): boolean => false
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // The first lets everything drain, the second does not wait.
    if (exit !== undefined) process.exit(exit)
    else if (stop.signal.aborted) abort.abort()
    else stop.abort()
  })
}

// What is still waited for can never come, since nothing is left that could bring it: whoever waits is stopped, and named.
process.on('beforeExit', () => {
  if (exit === undefined) stop.abort()
})

// Diagnostics that nobody reads any more must not end a run.
process.stderr.on('error', () => {})
process.on('uncaughtException', error => {
  if (handleUncaughtError(error)) return
  const text = process.env.SFPROCESSOR_DEBUG ? error.stack : error.message
  process.stderr.write(`sfprocessor: this is a fault of the program, please report it: ${text}\n`)
  process.exit(EXIT.failed)
})

exit = await main(process.argv.slice(2))
// Records have been written when a run ends; a page that was aborted may be stuck in a pipe that nobody reads. Any other
// text may still be on its way, and ending the process would cut it off.
if (stop.signal.aborted) process.exit(exit)
process.stdout.write('', () => process.exit(exit))
