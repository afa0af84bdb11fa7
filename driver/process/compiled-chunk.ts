// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { Script } from 'node:vm'

/**
 * Loads a large chunk of the bundle, a CommonJS module, together with the code that V8 compiled from it when the bundle was made
 * (scripts/bundle/compile-chunks.ts). Without compiled code of this version of V8, or with source maps, Node.js loads the file.
 *
 * This module is bundled as a file of its own, next to the chunks.
 */
export function loadChunk(name: string): unknown {
  const file = fileURLToPath(new URL(name, import.meta.url))
  const loaded = LOADED.get(file)
  if (loaded) return loaded.exports
  const compiledFile = compiledFileOf(file)
  if (process.sourceMapsEnabled || !existsSync(compiledFile)) return requireFile(file)
  return evaluate(file, readFileSync(compiledFile))
}

/** Everything that V8 compiled so far, by the file that `loadChunk` reads it from. */
export const compiledChunks = (): ReadonlyMap<string, Buffer> =>
  new Map([...LOADED].map(([file, { script }]) => [compiledFileOf(file), script.createCachedData()]))

/** Whether V8 accepted the compiled code, by chunk. */
export const loadedChunks = (): Readonly<Record<string, boolean>> =>
  Object.fromEntries([...LOADED].map(([file, { script }]) => [file, script.cachedDataRejected === false]))

/** V8 accepts compiled code of its own version only. */
export const compiledFileOf = (chunk: string): string => `${chunk}.v8-${process.versions.v8}`

/** V8 compiles the text itself if it does not accept `compiled`. */
function evaluate(file: string, compiled: Buffer): object {
  // V8 accepts compiled code only with the options that it was compiled with, and young-generation.ts changes this one.
  setFlagsFromString(`--semi-space-growth-factor=${DEFAULT_GROWTH_FACTOR}`)
  // The bundler writes ASCII; as latin1, V8 needs no conversion.
  const script = new Script(WRAPPER_START + readFileSync(file, 'latin1') + WRAPPER_END, {
    filename: file,
    columnOffset: -WRAPPER_START.length,
    cachedData: compiled,
  })
  const chunk = { exports: {}, script, importModule: (path: string) => import(path) }
  LOADED.set(file, chunk)
  const wrapped: WrappedChunk = script.runInThisContext()
  const require = (path: string): unknown => (path.endsWith('.cjs') ? loadChunk(path) : requireFile(path))
  wrapped.call(chunk.exports, chunk.exports, require, chunk, file, dirname(file))
  return chunk.exports
}

type WrappedChunk = (exports: object, require: unknown, module: object, file: string, folder: string) => void

/** The default of V8. */
const DEFAULT_GROWTH_FACTOR = 2
const requireFile = createRequire(import.meta.url)
/** As Node.js wraps a CommonJS module. */
const WRAPPER_START = '(function (exports, require, module, __filename, __dirname) { '
const WRAPPER_END = '\n})'
const LOADED = new Map<string, { exports: object; readonly script: Script }>()
