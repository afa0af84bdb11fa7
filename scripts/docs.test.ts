// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, normalize } from 'node:path'
import { Writable } from 'node:stream'
import { after, test } from 'node:test'
import type { Fault } from '../core/errors/fault.js'
import { formatFaults } from '../core/errors/format-fault.js'
import { loadPolicies } from '../core/policy/language/load.js'
import { readArguments } from '../driver/cli/command-line-options.js'
import { Validator } from '../driver/config/options/validate.js'
import { parseSettings } from '../driver/config/pipeline-file/parse-settings.js'
import { builtInRegistry } from '../driver/loader/built-in.js'
import { Registry } from '../driver/loader/registry.js'
import { planPipeline } from '../driver/pipeline/plan.js'
import { SYSFLOW_ATTRIBUTES } from '../plugins/sysflow/attributes/attributes.js'
import { SYSFLOW_ADAPTER } from '../plugins/sysflow/attributes/sysflow-adapter.js'
import { FIXED_QUIRKS, INVISIBLE_QUIRKS, PLANNED_PARTS, RETAINED_QUIRKS } from './compatibility.js'
import { BLOCK, type Block, blocksOf, documents } from './documents.js'
import { generatedPages } from './generated-pages.js'

const folder = mkdtempSync(join(tmpdir(), 'docs-'))
after(() => rmSync(folder, { recursive: true }))

const DOCUMENTS = documents()
const GENERATED = await generatedPages()
const WRITTEN_BY_HAND = DOCUMENTS.filter(({ path }) => !GENERATED.has(path))
const BLOCKS = DOCUMENTS.flatMap(blocksOf)
const REGISTRY = await builtInRegistry({ stdout: new Writable(), version: '' })
const PLUGINS = REGISTRY.plugins

for (const [path, text] of GENERATED) {
  test(`${path} is up to date with the source; if not, run "make docs"`, () => {
    assert.equal(existsSync(path) ? readFileSync(path, 'utf8') : '', text)
  })
}

test('every code of the catalogue is used, and every used code is in the catalogue', () => {
  const given = new Set(productSources().flatMap(codesIn))
  const known = Object.keys(REGISTRY.errors)
  assert.deepEqual(known.filter(code => !given.has(code)).sort(), [])
  assert.deepEqual([...given].filter(code => !known.includes(code)).sort(), [])
})

test('every code that a page names exists', () => {
  const dead = DOCUMENTS.flatMap(({ path, text }) =>
    codesIn(text)
      .filter(code => !(code in REGISTRY.errors))
      .map(code => `${path}: ${code}`),
  )
  assert.deepEqual(dead, [])
})

test('every attribute that a page names exists', () => {
  const dead = DOCUMENTS.flatMap(({ path, text }) =>
    [...withoutMistakes(text).matchAll(ATTRIBUTE_LIKE)]
      .map(match => match[1] ?? match[2] ?? '')
      .filter(name => !isAttribute(name) && !isSection(name))
      .map(name => `${path}: ${name}`),
  )
  assert.deepEqual(dead, [])
})

/** SysFlow names anywhere, Falco names only if they are marked as code. */
const ATTRIBUTE_LIKE =
  /\b(sf\.[a-z][a-z0-9_.]*[a-z0-9_](?!\*))|`((?:evt|proc|fd|container|k8s|user|group|thread)\.[a-z][a-z0-9_.]*)(?:\[[\w.]+\])?`/g

test('every link between pages has an existing target', () => {
  const dead = DOCUMENTS.flatMap(({ path, text }) =>
    [...text.matchAll(/\]\(([^)\s]+)\)/g)]
      .map(match => match[1] ?? '')
      .filter(target => !/^[a-z]+:/.test(target))
      .filter(target => !leadsSomewhere(path, target))
      .map(target => `${path}: ${target}`),
  )
  assert.deepEqual(dead, [])
})

test('every page can be reached from the README', () => {
  const reached = new Set<string>()
  const follow = (path: string): void => {
    const page = DOCUMENTS.find(document => document.path === path)
    if (!page || reached.has(path)) return
    reached.add(path)
    for (const [, target = ''] of page.text.matchAll(/\]\(([^)\s#:]+)[^)\s]*\)/g)) {
      const linked = normalize(join(dirname(path), target)).replace(/\/$/, '')
      follow(linked)
      follow(join(linked, 'README.md'))
    }
  }
  follow('README.md')
  assert.deepEqual(
    DOCUMENTS.map(({ path }) => path).filter(path => !reached.has(path)),
    [],
  )
})

test('every file and folder of the source that a page names exists', () => {
  const dead = WRITTEN_BY_HAND.flatMap(({ path, text }) =>
    [...text.matchAll(/(?<![\w/])(?:core|driver|scripts|grammar|bench|resources|policies)\/[\w./-]*\w/g)]
      .map(match => match[0])
      .filter(name => !existsSync(name) && !SHOWN_ONLY.includes(name))
      .map(name => `${path}: ${name}`),
  )
  assert.deepEqual(dead, [])
})

/** A file of an example, an output file of a measurement, and plugin folders. */
const SHOWN_ONLY = [
  'policies/shells.yaml',
  'bench/results/latest.json',
  'resources/plugins',
  'resources/drivers',
  'resources/handlers',
  'resources/actions',
]

for (const block of BLOCKS.filter(({ kind }) => kind === 'json pipeline')) {
  test(`the pipeline of ${placeOf(block)} can be planned`, () => {
    planned(block.text, block.path)
  })
}

for (const block of BLOCKS.filter(({ kind }) => kind === 'yaml policy')) {
  test(`the rules of ${placeOf(block)} load without a warning`, () => {
    assert.deepEqual(warningsOf(block).map(formatFaults), [])
  })
}

test('every command line on a page is valid', () => {
  const misused = WRITTEN_BY_HAND.flatMap(page => blocksOf(page))
    .filter(({ kind }) => kind.startsWith('sh') && kind !== 'sh run fails')
    .flatMap(block => block.text.split('\n').map(line => ({ line, place: placeOf(block) })))
    .flatMap(({ line, place }) =>
      [...line.matchAll(/(?:^|\$ |\| )(?:[A-Z_]+=\S+ )*sfprocessor ([^|>&#]*)/g)].map(match => ({ args: match[1] ?? '', place })),
    )
    .map(({ args, place }) => ({ place, args, kind: readArguments(wordsOf(args)).kind }))
    .filter(({ kind }) => kind === 'misuse')
  assert.deepEqual(misused, [])
})

/** Words as a shell splits them: a quoted text is one word. */
const wordsOf = (line: string): string[] =>
  (line.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).map(word => word.replace(/^(["'])(.*)\1$/, '$2'))

test('the page of differences lists every quirk once, with its status', () => {
  const documented = [
    ...FIXED_QUIRKS.map(({ quirk }) => quirk),
    ...RETAINED_QUIRKS.keys(),
    ...[...PLANNED_PARTS.values()].flat(),
    ...INVISIBLE_QUIRKS,
  ]
  const all = Array.from({ length: 108 }, (_, index) => `Q${String(index + 1).padStart(2, '0')}`)
  assert.deepEqual(documented.toSorted(), all.filter(quirk => quirk !== 'Q34' && quirk !== 'Q88').toSorted())
})

function productSources(): string[] {
  const names = ['core', 'driver', 'plugins'].flatMap(root =>
    readdirSync(root, { recursive: true, encoding: 'utf8' }).map(name => join(root, name)),
  )
  return names
    .filter(name => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .filter(
      name =>
        !name.startsWith(join('core', 'errors', 'catalogue')) &&
        !/plugins.\w+.errors\.ts$/.test(name) &&
        !name.startsWith(join('core', 'testing')),
    )
    .map(name => readFileSync(name, 'utf8'))
}

const codesIn = (text: string): string[] => [...text.matchAll(/\bSFP_[A-Z][A-Z0-9_]*[A-Z0-9]\b/g)].map(match => match[0])

/** Pages show error messages; the names in them are wrong on purpose. */
const withoutMistakes = (text: string): string =>
  text.replace(BLOCK, block => (blocksOf({ path: '', text: block }).some(({ kind }) => MISTAKES.has(kind)) ? '' : block))
const MISTAKES = new Set(['', 'sh run fails', 'text output'])

/** A current, deprecated or unsupported name of SysFlow, or a name of alerts among OpenTelemetry log records. */
const isAttribute = (name: string): boolean =>
  [SYSFLOW_ATTRIBUTES.find(name), SYSFLOW_ATTRIBUTES.currentName(name), SYSFLOW_ATTRIBUTES.unsupportedReason(name)].some(
    known => known !== undefined,
  ) || name.startsWith('sf.processor.')
/** A prefix of attribute names, such as `sf.proc`. */
const isSection = (name: string): boolean => SYSFLOW_ATTRIBUTES.names.some(known => known.startsWith(`${name}.`))

function leadsSomewhere(page: string, target: string): boolean {
  const [file = '', anchor] = target.split('#')
  const path = file === '' ? page : normalize(join(dirname(page), file))
  if (!existsSync(path)) return GENERATED.has(path)
  return anchor === undefined || anchorsOf(readFileSync(path, 'utf8')).includes(anchor)
}

const anchorsOf = (text: string): string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(match =>
    (match[1] ?? '')
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  )

function placeOf({ path, line }: Block): string {
  return `${path}, line ${line}`
}

function planned(text: string, file: string): void {
  const context = { validator: new Validator(), globals: {}, directories: ['.'], currentDirectory: '.' }
  try {
    planPipeline(parseSettings(text, file), new Registry(PLUGINS), { driver: undefined, paths: ['trace.sf'] }, context)
  } catch (error) {
    assert.fail(formatFaults(error))
  }
}

/** A rule in `policies/README.md` is an addition to the rules in that folder. */
function warningsOf({ path, text }: Block): readonly Fault[] {
  const file = join(folder, 'rules.yaml')
  writeFileSync(file, text)
  const before = dirname(path) === 'policies' ? [join('policies', 'attack')] : []
  return loadPolicies([...before, file], SYSFLOW_ATTRIBUTES, SYSFLOW_ADAPTER.recordTypes).warnings
}
