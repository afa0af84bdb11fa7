#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
import module from 'node:module'
import { EXIT } from './exit-codes.js'
import { limitYoungGeneration } from './process/young-generation.js'

/** Users and scripts ask for the version often, so it is printed without loading anything else. */
const VERSION_FLAGS = new Set(['-version', '--version'])

async function main(args: readonly string[]): Promise<number> {
  const [first] = args
  if (args.length === 1 && first !== undefined && VERSION_FLAGS.has(first)) {
    process.stdout.write((await import('./process/package.js')).versionLine())
    return EXIT.ok
  }
  // Positions in errors then refer to the sources; reading the source maps takes longer than a small run.
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
    // The first signal drains the pipeline, the second one does not wait.
    if (exit !== undefined) process.exit(exit)
    else if (stop.signal.aborted) abort.abort()
    else stop.abort()
  })
}

// Nothing is left that could settle the pending promises: the waiting component is stopped and named.
process.on('beforeExit', () => {
  if (exit === undefined) stop.abort()
})

// A closed standard error must not end a run.
process.stderr.on('error', () => {})
process.on('uncaughtException', error => {
  if (handleUncaughtError(error)) return
  const text = process.env.SFPROCESSOR_DEBUG ? error.stack : error.message
  process.stderr.write(`sfprocessor: this is a bug in the program; please report it: ${text}\n`)
  process.exit(EXIT.failed)
})

exit = await main(process.argv.slice(2))
// Records are written when a run ends; after an abort, a chunk may be stuck in a pipe without a reader. Otherwise text may still
// be in transit, and ending the process would truncate it.
if (stop.signal.aborted) process.exit(exit)
process.stdout.write('', () => process.exit(exit))
