// SPDX-License-Identifier: Apache-2.0
import { relative, resolve } from 'node:path'
import type { Metafile, Plugin } from 'esbuild'

/**
 * esbuild creates a chunk for each set of entry points that share a module: about a hundred for a small run. Modules of a group
 * end up in one chunk, because every entry point that reaches one of them reaches all.
 */
export interface ModuleGroup {
  readonly name: string
  /** Importing these loads the whole group. */
  readonly roots: readonly string[]
  readonly members: ReadonlySet<string>
}

/** Modules that nearly every run loads. All others stay in chunks of their own, which are loaded on demand. */
const RUN_ROOTS: readonly string[] = [
  'dist/driver/pipeline/prepare.js',
  'dist/driver/run.js',
  'dist/driver/cli/profile.js',
  'dist/driver/loader/registry.js',
  'dist/driver/loader/core-plugins.js',
  'dist/plugins/sysflow/plugins.js',
  'dist/plugins/otel/otel-plugins.js',
  'dist/plugins/otel/otel-encoders.js',
  'dist/core/policy/language/cache/load-cached-policies.js',
  'dist/core/policy/compile/plan.js',
  'dist/core/policy/engine/policy-monitor.js',
]
/** Entry points that load little: the modules that they share with a run are a group of their own. */
const LIGHT_ENTRIES: readonly string[] = ['dist/driver/command-line.js', 'dist/plugins/sysflow/drivers/socket/socket-worker.js']

export function groupsOf(metafile: Metafile): readonly ModuleGroup[] {
  const run = closureOf(RUN_ROOTS, metafile)
  const light = closureOf(LIGHT_ENTRIES, metafile)
  const shared = [...run].filter(module => light.has(module))
  return [
    // Packages are reached through the modules that import or require them.
    { name: 'shared', roots: shared.filter(module => module.startsWith('dist/')), members: new Set(shared) },
    { name: 'run', roots: RUN_ROOTS, members: new Set([...run].filter(module => !light.has(module))) },
  ]
}

/** The roots and all modules that they import. */
function closureOf(roots: readonly string[], { inputs }: Metafile): ReadonlySet<string> {
  const found = new Set<string>()
  const waiting = [...roots]
  for (let module = waiting.pop(); module !== undefined; module = waiting.pop()) {
    if (found.has(module)) continue
    found.add(module)
    const input = inputs[module]
    if (!input) throw new Error(`${module} is not part of the bundle: correct its name in scripts/bundle/module-groups.ts`)
    for (const { path, kind, external } of input.imports) if (!external && kind !== 'dynamic-import') waiting.push(path)
  }
  return found
}

/** Import statements for modules outside of the group that import a member, by path. */
export function groupImports(groups: readonly ModuleGroup[], { inputs }: Metafile): ReadonlyMap<string, string> {
  const groupOf = (module: string): ModuleGroup | undefined => groups.find(({ members }) => members.has(module))
  return new Map(
    Object.entries(inputs).flatMap(([module, { imports }]) => {
      if (groupOf(module)) return []
      const text = importsOf(imports.filter(({ kind }) => kind !== 'dynamic-import').map(({ path }) => groupOf(path)))
      return text === '' ? [] : [[module, text]]
    }),
  )
}

/** Resolves the imports of `groupImports`. A member that is an entry point or is imported on demand is loaded with its group. */
export function moduleGroups(groups: readonly ModuleGroup[]): Plugin {
  const groupOf = (file: string): ModuleGroup | undefined =>
    groups.find(({ members }) => members.has(relative(process.cwd(), file)))
  return {
    name: 'module groups',
    setup(bundler) {
      bundler.onResolve({ filter: /^group:/ }, ({ path }) => ({ path, namespace: 'group' }))
      bundler.onLoad({ filter: /./, namespace: 'group' }, ({ path }) => ({
        contents: (groups.find(({ name }) => path === `group:${name}`)?.roots ?? [])
          .map(root => importOf(resolve(root)))
          .join(''),
        resolveDir: process.cwd(),
      }))
      bundler.onResolve({ filter: /^\.|^dist\// }, ({ path, kind, resolveDir }) => {
        const file = resolve(resolveDir, path)
        const isEntry = kind === 'entry-point' || kind === 'dynamic-import'
        return isEntry && groupOf(file) ? { path: file, namespace: 'member' } : undefined
      })
      bundler.onLoad({ filter: /./, namespace: 'member' }, ({ path }) => ({
        contents: `${importsOf([groupOf(path)])}export * from ${JSON.stringify(path)}\n`,
        resolveDir: process.cwd(),
      }))
    },
  }
}

const importOf = (module: string): string => `import ${JSON.stringify(module)}\n`

const importsOf = (groups: readonly (ModuleGroup | undefined)[]): string =>
  [...new Set(groups)].map(group => (group ? importOf(`group:${group.name}`) : '')).join('')
