// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { PluginKind } from '../../../../core/contract/plugin.js'
import { programRoot } from '../../../process/package.js'
import type { FolderFiles } from './new-folder.js'
import { dependenciesIn, type PackageDependencies } from './package-dependencies.js'

/** The plugin's name in the templates. It occurs in them with no other meaning. */
const PLACEHOLDER = 'sample'
/** The licence header of the templates is left out: the author chooses a licence. */
const LICENSE_HEADER = /^(?:\/\/|#) SPDX-License-Identifier: .*\n/

/** The files of a new plugin in `folder`. The templates are compiled and tested with the program. */
export function scaffold(kind: PluginKind, name: string, folder: string): FolderFiles {
  const templates = join(programRoot(), 'resources', 'templates', kind)
  const trace = relative(folder, join(programRoot(), 'resources', 'traces', 'webshell.sf'))
  const files = readdirSync(templates, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map((entry): [string, string] => {
      const path = join(entry.parentPath, entry.name)
      const text = readFileSync(path, 'utf8')
        .replace(LICENSE_HEADER, '')
        .replaceAll(PLACEHOLDER, name)
        .replaceAll('{trace}', trace)
      return [relative(templates, path), text]
    })
  const dependencies = dependenciesIn(folder)
  return new Map([
    ...files.sort(([one], [other]) => (one < other ? -1 : 1)),
    ['package.json', json(packageManifest(kind, name, dependencies))],
    ['tsconfig.json', withShortLists(json(TSCONFIG))],
    ['.gitignore', 'dist/\nnode_modules/\n'],
  ])
}

const packageManifest = (kind: PluginKind, name: string, { peer, development }: PackageDependencies): object => ({
  name: `sfprocessor-${kind}-${name.toLowerCase()}`,
  version: '0.1.0',
  description: `The ${kind} ${name} for sfprocessor`,
  type: 'module',
  exports: './dist/index.js',
  files: ['dist', '!dist/*.test.*'],
  scripts: {
    build: 'tsc',
    test: 'tsc && node --test dist/index.test.js',
  },
  peerDependencies: peer,
  // The program that loads the plugin provides it, so npm need not install another copy.
  peerDependenciesMeta: { sfprocessor: { optional: true } },
  devDependencies: development,
})

const TSCONFIG = {
  compilerOptions: {
    target: 'es2022',
    lib: ['es2023'],
    module: 'nodenext',
    types: ['node'],
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
    declaration: true,
    rootDir: 'src',
    outDir: 'dist',
  },
  include: ['src'],
}

/** Lists of one string on one line, as formatters write them. */
const withShortLists = (text: string): string => text.replace(/\[\s+("[^"]*")\s+\]/g, '[$1]')

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`
