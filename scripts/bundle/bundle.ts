// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto'
import { chmodSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { type BuildOptions, build, type Plugin } from 'esbuild'
import { compileChunks, convertLargeChunks } from './compile-chunks.js'
import { groupImports, groupsOf, moduleGroups } from './module-groups.js'
import { fillSchemaTable, SCHEMA_TABLE_MODULE } from './precompile-schemas.js'

/**
 * `make build`: bundles the compiler's output in dist/ into dist/bundle/, which the package, the image and `make install`
 * contain (docs/decisions/start-up.md). All entry points are bundled together and share chunks, so that a module exists once in
 * a process, whether the program or a plugin imports it.
 */
const OUTPUT = join('dist', 'bundle')

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>
  readonly optionalDependencies: Readonly<Record<string, string>>
}

async function bundle(): Promise<void> {
  const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest
  const modules = compiledModules()
  const entryPoints = {
    'command-line': 'dist/driver/command-line.js',
    ...workerEntries(modules),
    ...publishedEntries(manifest),
  }
  const options = {
    outdir: OUTPUT,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    sourcemap: true,
    // Packages that may be missing are resolved when the program runs.
    external: Object.keys(manifest.optionalDependencies),
    minifyWhitespace: process.argv.includes('min'),
    minifySyntax: process.argv.includes('min'),
    define: { BUNDLE_DIGEST: JSON.stringify(digestOf(modules)) },
    logLevel: 'warning',
  } satisfies BuildOptions
  const { metafile } = await build({
    ...options,
    entryPoints,
    write: false,
    metafile: true,
    plugins: [programModules(new Map())],
  })
  const groups = groupsOf(metafile)
  rmSync(OUTPUT, { recursive: true, force: true })
  // `-version` loads only this file.
  await build({
    ...options,
    entryPoints: { main: 'dist/driver/main.js', 'compiled-chunk': 'dist/driver/process/compiled-chunk.js' },
    external: ['./command-line.js'],
  })
  const { metafile: bundled } = await build({
    ...options,
    entryPoints,
    splitting: true,
    metafile: true,
    // CommonJS packages in the bundle require modules of Node.js.
    banner: { js: REQUIRE },
    plugins: [moduleGroups(groups), programModules(groupImports(groups, metafile))],
  })
  convertLargeChunks(bundled.outputs)
  await compileChunks(OUTPUT)
  chmodSync(join(OUTPUT, 'main.js'), 0o755)
}

/** The program's modules as input of the bundler; `additions`: text to append, by path. */
const programModules = (additions: ReadonlyMap<string, string>): Plugin => ({
  name: 'program modules',
  setup(bundler) {
    bundler.onLoad({ filter: /\/dist\/(core|driver|plugins)\/.*\.js$/, namespace: 'file' }, async ({ path }) => {
      const module = relative(process.cwd(), path)
      const code = withBundledRequires(readFileSync(path, 'utf8'))
      const filled = module === SCHEMA_TABLE_MODULE ? await fillSchemaTable(code) : code
      return { contents: `${filled}\n${additions.get(module) ?? ''}`, loader: 'js' }
    })
  },
})

/**
 * Modules load large packages on demand with `createRequire(import.meta.url)('NAME')`. The bundler does not recognize this;
 * written as `require('NAME')` the package becomes part of the bundle, and is still evaluated on demand.
 */
const withBundledRequires = (code: string): string => code.replaceAll('createRequire(import.meta.url)(', 'require(')

const REQUIRE =
  "import { createRequire as createRequireOfChunk } from 'node:module'; const require = createRequireOfChunk(import.meta.url)"

/** The program's modules in the compiler's output. */
function compiledModules(): readonly string[] {
  return ['core', 'driver', 'grammar', 'plugins'].flatMap(folder =>
    readdirSync(join('dist', folder), { recursive: true, encoding: 'utf8' })
      .filter(name => name.endsWith('.js') && !name.endsWith('.test.js') && !/(^|\/)examples\//.test(name))
      .map(name => join('dist', folder, name))
      .sort(),
  )
}

/** Modules that start a thread. The bundle is one folder: `new URL('./x.js', import.meta.url)` is dist/bundle/x.js. */
function workerEntries(modules: readonly string[]): Readonly<Record<string, string>> {
  const entries: Record<string, string> = {}
  for (const module of modules)
    for (const [, name = ''] of readFileSync(module, 'utf8').matchAll(/new Worker\(\s*new URL\('\.\/([\w-]+)\.js'/g)) {
      if (entries[name] !== undefined)
        throw new Error(`two workers are called ${name}.js: rename one, they share a folder in the bundle`)
      entries[name] = join(module, '..', `${name}.js`)
    }
  return entries
}

/** Modules that plugins import: the module next to the published types, under the file name that package.json exports. */
function publishedEntries({ exports }: Manifest): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.values(exports).flatMap(entry =>
      typeof entry === 'string' ? [] : [[basename(entry.default, '.js'), entry.types.replace(/\.d\.ts$/, '.js')]],
    ),
  )
}

function digestOf(modules: readonly string[]): string {
  const hash = createHash('sha256')
  for (const module of modules) hash.update(module).update(readFileSync(module))
  return hash.digest('hex').slice(0, 16)
}

await bundle()
