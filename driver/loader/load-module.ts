// SPDX-License-Identifier: Apache-2.0
import { realpathSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Fault } from '../../core/errors/fault.js'
import { firstLineOf } from '../../core/errors/reason.js'
import { stackFrames } from '../../core/errors/stack-frame.js'
import { DeadlineError, withDeadline } from '../../core/errors/with-deadline.js'
import { type FoundModule, moduleFault, moduleLocation } from './found-module.js'
import { isWithin } from './module-file.js'

/** Seconds that a module may take to load. */
const LOAD_TIMEOUT_SECONDS = 10

/** Runs a module and returns its exports. Throws a fault with the reason if it cannot be loaded. */
export async function loadModule(
  found: FoundModule,
  timeoutSeconds = LOAD_TIMEOUT_SECONDS,
): Promise<Readonly<Record<string, unknown>>> {
  refuseOutside(found)
  refuseWritable(found)
  try {
    return await withDeadline(import(pathToFileURL(found.file).href), timeoutSeconds * 1000)
  } catch (error) {
    if (error instanceof Fault) throw error
    if (error instanceof DeadlineError) {
      const reason = `it is not loaded after ${timeoutSeconds} s: a top-level await does not end`
      throw moduleFault(found, 'SFP_PLUGIN_BROKEN', reason)
    }
    const where = errorLocation(error, found.file)
    // Node.js does not report the position of a syntax error here.
    const syntaxHint = error instanceof SyntaxError && where === found.file ? `; "node --check ${found.file}" shows where` : ''
    throw moduleFault(found, 'SFP_PLUGIN_BROKEN', firstLineOf(error) + syntaxHint, { cause: error, where })
  }
}

/** A link must not cause the program to run code from outside the folder. */
function refuseOutside(found: FoundModule): void {
  if (found.rootFolder === undefined) return
  const target = realpathSync(found.file)
  if (!isWithin(target, realpathSync(found.rootFolder))) throw new Fault('SFP_PLUGIN_OUTSIDE', { target }, moduleLocation(found))
}

/** A plugin has all rights of the program, so other users must not be able to write its file. */
function refuseWritable(found: FoundModule): void {
  const file = realpathSync(found.file)
  const folders = found.rootFolder === undefined ? [dirname(file)] : foldersUpTo(realpathSync(found.rootFolder), file)
  const path = [file, ...folders].find(path => {
    const { mode } = statSync(path)
    // In a sticky folder such as /tmp, users cannot replace files of others; in a folder that is searched, they could add one.
    const isSticky = found.rootFolder === undefined && path !== file && (mode & STICKY) !== 0
    return (mode & WRITABLE_BY_ALL) !== 0 && !isSticky && process.platform !== 'win32'
  })
  if (path !== undefined) throw new Fault('SFP_PLUGIN_WRITABLE', { path }, moduleLocation(found))
}

const WRITABLE_BY_ALL = 0o002
const STICKY = 0o1000

function foldersUpTo(topFolder: string, file: string): string[] {
  const folders = [dirname(file)]
  for (let folder = dirname(file); folder !== topFolder && dirname(folder) !== folder; folder = dirname(folder))
    folders.push(dirname(folder))
  return folders
}

/** The line in the file that an error names, if any. */
function errorLocation(error: unknown, file: string): string {
  const target = realpathSync(file)
  const { text } = stackFrames(error).find(frame => frame.file === target) ?? {}
  return text === undefined ? file : `${file}${text.slice(target.length)}`
}
