// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { Writable } from 'node:stream'
import { test } from 'node:test'
import { Ajv } from 'ajv'
import { parse } from 'yaml'
import { PLUGIN_KINDS, type PluginKind } from '../core/contract/plugin.js'
import { readArguments } from '../driver/cli/command-line-options.js'
import { pipelineSchema } from '../driver/cli/commands/schema/pipeline-schema.js'
import { recordTypesOf, rulesSchema } from '../driver/cli/commands/schema/rules-schema.js'
import { Validator } from '../driver/config/options/validate.js'
import { DRIVER_KEYS, STAGE_KEYS } from '../driver/config/section-keys.js'
import { builtInRegistry } from '../driver/loader/built-in.js'
import { readScenarios } from '../plugins/sysflow/scenario/read-scenario.js'
import { scenarioSchema } from '../plugins/sysflow/scenario/scenario-schema.js'
import { STAGE_OF_KIND } from './component-pages.js'
import { type Block, blocksOf, documents } from './documents.js'
import { generatedPages } from './generated-pages.js'

/**
 * Every fenced block of every page is run or compared with the program, or its comment states why it cannot be. Each kind of
 * block and its check; commands.test.ts runs the first four kinds, docs.test.ts also checks the next two.
 */
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^sh run$/, 'it is run'],
  [/^sh run fails$/, 'it is run, and must fail'],
  [/^text output$/, 'what the block before it prints'],
  [/^ts \S+$/, 'lines of that file'],
  [/^json pipeline$/, 'it is planned, and what the schema says'],
  [/^yaml policy$/, 'it loads without a warning, and is what the schema says'],
  [/^yaml scenario$/, 'it is read, and is what the schema says'],
  [/^json driver section$/, 'what the schema says of a driver'],
  [/^json settings of \w+ \w+$/, 'settings of that component'],
  [/^\w+ run by \S+\.test\.ts$/, 'that test takes it from the page'],
  [/^sh shown$/, 'command lines of the program, each understood'],
  [/^text synopsis$/, 'of a generated page'],
  [/^text figure$|^mermaid drawing$/, 'a drawing: there is nothing to run'],
  [/^\w+ not run: .{5,}$/, 'it says why it cannot be run'],
]

const REGISTRY = await builtInRegistry({ stdout: new Writable(), version: '' })
const GENERATED = await generatedPages()
const DOCUMENTS = documents()
const BLOCKS = DOCUMENTS.flatMap(blocksOf)

test('every block of every page is of a tested kind', () => {
  assert.deepEqual(BLOCKS.filter(block => !isKnown(block)).map(placeOf), [])
})

test('a fence names its language only; the comment before it says how the block is tested', () => {
  const fences = DOCUMENTS.flatMap(({ path, text }) => [...text.matchAll(/^```.*\S.*$/gm)].map(([fence]) => `${path}: ${fence}`))
  assert.deepEqual(
    fences.filter(fence => !/```\w+$/.test(fence)),
    [],
  )
  assert.equal(BLOCKS.length, fences.length)
  assert.deepEqual(
    blocksOf({ path: 'x.md', text: 'Text.\n<!-- test: not run: it waits -->\n```sh\nls\n```\n\n```json\n1\n```\n' }),
    [
      { path: 'x.md', line: 4, kind: 'sh not run: it waits', text: 'ls\n' },
      { path: 'x.md', line: 8, kind: 'json', text: '1\n' },
    ],
  )
})

test('a block without test instructions is found', () => {
  for (const kind of ['', 'sh', 'json', 'yaml', 'sh not run:', 'text', 'json settings'])
    assert.equal(isKnown({ path: 'x.md', line: 1, kind, text: '' }), false, kind)
})

/** The maximum may be lowered at any time, but not raised. */
const MOST_NOT_RUN = 21

test(`at most ${MOST_NOT_RUN} blocks are not run`, () => {
  const marked = BLOCKS.filter(({ kind }) => kind.includes(' not run: '))
  assert.ok(
    marked.length <= MOST_NOT_RUN,
    `${marked.length}:\n${marked.map(block => `${placeOf(block)} ${block.kind}`).join('\n')}`,
  )
})

test('an output block follows the block that prints it', () => {
  const stray = BLOCKS.filter(
    ({ kind }, index) => kind === 'text output' && !/^(sh run|text output)/.test(before(index)?.kind ?? ''),
  )
  assert.deepEqual(stray.map(placeOf), [])
})

const before = (index: number): Block | undefined =>
  BLOCKS[index - 1]?.path === BLOCKS[index]?.path ? BLOCKS[index - 1] : undefined

test('a test that is named for a block exists, and reads the page', () => {
  const wrong = BLOCKS.filter(({ kind, path }) => {
    const [, file] = /^\w+ run by (\S+)$/.exec(kind) ?? []
    return file !== undefined && !(existsSync(file) && readFileSync(file, 'utf8').includes(path))
  })
  assert.deepEqual(wrong.map(placeOf), [])
})

test('a synopsis belongs to a generated page', () => {
  assert.deepEqual(
    of('text synopsis')
      .filter(({ path }) => !GENERATED.has(path))
      .map(placeOf),
    [],
  )
})

test('command lines that are shown and not run are valid', () => {
  const shown = of('sh shown').flatMap(block => commandsIn(block.text).map(line => ({ line, place: placeOf(block) })))
  const wrong = shown.filter(({ line }) => {
    const [, args] = /^(?:source <\()?(?:[A-Z_]+=\S+ )*sfprocessor ?([^|>]*?)(?:\)|[|>].*)?$/.exec(line) ?? []
    return args === undefined || readArguments(wordsOf(args)).kind === 'misuse'
  })
  assert.ok(shown.length > 20)
  assert.deepEqual(wrong, [])
})

const AJV = new Ajv({ allErrors: true, strict: false })
AJV.addSchema(pipelineSchema(REGISTRY), 'pipeline')
  .addSchema(rulesSchema(recordTypesOf(REGISTRY.adapters)), 'rules')
  .addSchema(scenarioSchema(), 'scenario')

for (const [kind, schema] of [
  ['json pipeline', 'pipeline'],
  ['json driver section', 'pipeline#/definitions/driver'],
  ['yaml policy', 'rules'],
  ['yaml scenario', 'scenario'],
] as const)
  for (const block of of(kind))
    test(`the ${kind} of ${placeOf(block)} matches its schema`, () => {
      const value: unknown = parse(block.text)
      assert.ok(AJV.validate(schema, value), AJV.errorsText())
    })

for (const block of of('yaml scenario'))
  test(`the scenario of ${placeOf(block)} can be simulated`, () => {
    assert.ok(readScenarios(block.text, block.path).size > 0)
  })

for (const block of BLOCKS) {
  const [, kind, name] = /^json settings of (\w+) (\w+)$/.exec(block.kind) ?? []
  if (kind === undefined || name === undefined) continue
  test(`the settings of ${placeOf(block)} are valid for ${kind} ${name}`, () => {
    assert.ok(isKind(kind), kind)
    const stage = STAGE_OF_KIND[kind]
    const plugin = stage === undefined ? REGISTRY.find(kind, name) : REGISTRY.find('processor', stage)
    assert.ok(plugin && REGISTRY.find(kind, name), `there is no ${kind} ${name}`)
    const given = Object.entries(JSON.parse(block.text)).filter(([key]) => !RESERVED.has(key))
    assert.deepEqual(new Validator().validate(plugin.options, Object.fromEntries(given)), [])
  })
}

/** Keys of a section that do not belong to its component. */
const RESERVED = new Set([...STAGE_KEYS, ...DRIVER_KEYS])

function of(kind: string): Block[] {
  return BLOCKS.filter(block => block.kind === kind)
}

const isKnown = ({ kind }: Block): boolean => KINDS.some(([pattern]) => pattern.test(kind))

const isKind = (word: string): word is PluginKind => PLUGIN_KINDS.some(kind => kind === word)

/** Without comments and empty lines; a backslash at its end joins a line with the next one. */
const commandsIn = (text: string): string[] =>
  text
    .replaceAll('\\\n', ' ')
    .split('\n')
    .map(line => line.replace(/(^| )# .*$/, '').trim())
    .filter(line => line !== '')

/** Words as a shell splits them: a quoted text is one word. */
const wordsOf = (line: string): string[] =>
  (line.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).map(word => word.replace(/^(["'])(.*)\1$/, '$2'))

function placeOf({ path, line, kind }: Block): string {
  return `${path}, line ${line} (${kind})`
}
