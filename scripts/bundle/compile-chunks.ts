// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { PassThrough } from 'node:stream'
import { pathToFileURL } from 'node:url'
import type { Metafile } from 'esbuild'
import type { runCommandLine } from '../../driver/command-line.js'
import type { compiledChunks, compiledFileOf } from '../../driver/process/compiled-chunk.js'

/**
 * Node.js 20 does not cache compiled code, and compiling the program takes a fifth of a small run. Therefore the large chunks of
 * the bundle become CommonJS modules: `vm.Script` can load these with code that V8 compiled during the build. Node.js has no such
 * interface for ES modules. An ES module with the same exports replaces each chunk.
 */
const LARGE_CHUNK_BYTES = 100_000

/** Converts the large chunks and those that they import. `outputs`: of the bundler, by path. */
export function convertLargeChunks(outputs: Metafile['outputs']): void {
  const large = Object.keys(outputs).filter(
    path => path.endsWith('.js') && !outputs[path]?.entryPoint && sizeOf(path) > LARGE_CHUNK_BYTES,
  )
  const converted = new Set<string>()
  const waiting = [...large]
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (converted.has(path)) continue
    converted.add(path)
    for (const { path: imported, kind, external } of outputs[path]?.imports ?? [])
      if (!external && kind === 'import-statement') waiting.push(imported)
  }
  for (const path of converted) {
    writeFileSync(commonJsFile(path), commonJs(readFileSync(path, 'utf8')))
    writeFileSync(path, loadingModule(path, outputs[path]?.exports ?? []))
  }
}

const sizeOf = (path: string): number => statSync(path).size
const commonJsFile = (path: string): string => path.replace(/\.js$/, '.cjs')

/** Lines stay where they are, so that the source map of the chunk remains valid. */
function commonJs(code: string): string {
  const text = code
    // Not in the types of JSDoc comments.
    .replaceAll(/(?<!\{)\bimport\(/g, 'importModule(')
    .replace(/^import .*createRequireOfChunk.*$/m, COMMONJS_HEAD)
    .replace(
      /^import \{([^}]*)\} from "([^"]*)";$/gm,
      (_, names: string, path: string) => `const {${asProperties(names)}} = ${requireOf(path)};`,
    )
    .replace(
      /^import (\w+), \{([^}]*)\} from "([^"]*)";$/gm,
      (_, name: string, names: string, path: string) => `const ${name} = ${requireOf(path)}, {${asProperties(names)}} = ${name};`,
    )
    .replace(
      /^import (?:\* as )?(\w+) from "([^"]*)";$/gm,
      (_, name: string, path: string) => `const ${name} = ${requireOf(path)};`,
    )
    .replace(/^import "([^"]*)";$/gm, (_, path: string) => `${requireOf(path)};`)
    .replace(/^export \{([^}]*)\};$/m, (_, names: string) => `module.exports = {${exportedProperties(names)}};`)
    .replaceAll('import.meta.url', 'importMetaUrl')
  const left = /^(?:import|export)\b(?! *\().*$|\bimport\.meta\b/m.exec(text)
  if (left) throw new Error(`a chunk cannot become a CommonJS module, because of: ${left[0]}`)
  return text
}

const requireOf = (path: string): string => `require("${path.startsWith('./chunk-') ? commonJsFile(path) : path}")`
/** `loadChunk` provides `importModule`, since `import()` is not available in a `vm.Script`. */
const COMMONJS_HEAD =
  "'use strict'; const importMetaUrl = require('node:url').pathToFileURL(__filename).href, importModule = module.importModule ?? (path => import(path))"
/** `a as b` imports a under the name b; `{ a: b }` declares b. */
const asProperties = (names: string): string => names.replace(/(\w+) as (\w+)/g, '$1: $2')
/** `a as b` exports a under the name b. */
const exportedProperties = (names: string): string => names.replace(/(\w+) as (\w+)/g, '$2: $1')

function loadingModule(path: string, names: readonly string[]): string {
  const file = JSON.stringify(commonJsFile(path).replace(/^.*\//, './'))
  const exported = names.length === 0 ? '' : `export const { ${names.join(', ')} } = `
  return `import { loadChunk } from './compiled-chunk.js'\n${exported}loadChunk(${file})\n`
}

/**
 * Runs the demo twice, with an empty cache and with the parsed rules in it, and stores the code that V8 compiled. It belongs to
 * the version of V8 that makes the bundle; with another one the chunks are compiled when they are loaded.
 */
export async function compileChunks(bundle: string): Promise<void> {
  const load = async <T>(file: string): Promise<T> => import(pathToFileURL(resolve(bundle, file)).href) as Promise<T>
  const chunks = await load<{ compiledChunks: typeof compiledChunks; compiledFileOf: typeof compiledFileOf }>('compiled-chunk.js')
  // `loadChunk` uses V8 only for chunks with such a file. V8 rejects an empty one and compiles the text.
  for (const name of readdirSync(bundle)) if (name.endsWith('.cjs')) writeFileSync(chunks.compiledFileOf(join(bundle, name)), '')
  const program = await load<{ runCommandLine: typeof runCommandLine }>('command-line.js')
  const cache = mkdtempSync(join(tmpdir(), 'sfprocessor-bundle-'))
  const discarded = (): PassThrough => new PassThrough().resume()
  try {
    for (const _ of ['first', 'second']) {
      const status = await program.runCommandLine(DEMO, {
        stdout: discarded(),
        stderr: discarded(),
        // Not that of the build: its variables can change settings and load plugins.
        environment: { SFPROCESSOR_CACHE: cache },
        directory: process.cwd(),
        stop: new AbortController().signal,
        abort: new AbortController().signal,
      })
      if (status !== 0) throw new Error(`the demo run ended with status ${status}`)
    }
  } finally {
    rmSync(cache, { recursive: true, force: true })
  }
  for (const [file, code] of chunks.compiledChunks()) writeFileSync(file, code)
}

const DEMO = ['-config', 'resources/pipelines/demo.json', 'resources/traces/webshell.sf']
