// SPDX-License-Identifier: Apache-2.0
import module from 'node:module'

/** Names that plugins may import from the program, and their modules: entry points of the bundle, if this is one. */
const PUBLISHED_MODULES: ReadonlyMap<string, string> = new Map(
  [
    ['plugin', '../../core/published/plugin.js'],
    ['scenario', '../../plugins/sysflow/published/scenario.js'],
    ['sysflow', '../../plugins/sysflow/published/sysflow.js'],
    ['testing', './testing.js'],
  ].map(([name = '', path = '']) => [
    `sfprocessor/${name}`,
    new URL(typeof BUNDLE_DIGEST === 'string' ? `./${name}.js` : path, import.meta.url).href,
  ]),
)

type Resolve = (specifier: string, context: object) => object
/** Node.js 22.15, 23.5 and later. */
interface Hooks {
  registerHooks(hooks: { resolve(specifier: string, context: object, next: Resolve): object }): unknown
}

/**
 * Resolves `sfprocessor/plugin` to the running program, wherever the importing module is: with a second copy of the program,
 * `instanceof` would fail for objects of the other copy. Each thread needs to call it once.
 */
export async function redirectProgramImports(): Promise<void> {
  registration ??= registerResolver()
  await registration
}

/** Hooks belong to the thread, as does this module. */
let registration: Promise<void> | undefined

async function registerResolver(): Promise<void> {
  const hooks: Partial<Hooks> = module as object
  if (hooks.registerHooks) {
    hooks.registerHooks({ resolve: (specifier, context, next) => next(PUBLISHED_MODULES.get(specifier) ?? specifier, context) })
    return
  }
  const source = `const published = new Map(${JSON.stringify([...PUBLISHED_MODULES])})
    export const resolve = (specifier, context, next) => next(published.get(specifier) ?? specifier, context)`
  module.register(`data:text/javascript,${encodeURIComponent(source)}`)
}
