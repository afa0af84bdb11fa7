// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { after, test } from 'node:test'
import type { CommandDefinition, CommandInvocation } from '../../../core/contract/command.js'
import { type Fault, Faults } from '../../../core/errors/fault.js'
import { formatFault } from '../../../core/errors/format-fault.js'
import { ATTRIBUTES } from '../../../plugins/sysflow/attributes/attributes.js'
import { builtInRegistry } from '../../loader/built-in.js'
import type { ProcessContext } from '../../process/process-context.js'
import { explainCommand } from './explain.js'
import { listCommand } from './list.js'
import { schemaCommand } from './schema.js'

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'list-')))
after(() => rmSync(folder, { recursive: true }))

test('all attributes, codes and components are listed, as text and as JSON', async () => {
  assert.deepEqual(
    namesIn(await listed(['attributes'])),
    ATTRIBUTES.map(({ name }) => name),
  )
  const { plugins, errors } = await builtInRegistry({ stdout: new Writable(), version: '' })
  assert.deepEqual(namesIn(await listed(['codes'])), Object.keys(errors))
  for (const code of ['SFP_PIPELINE_CYCLE', 'SFP_SYSFLOW_NOT_AVRO', 'SFP_OTEL_DATA']) assert.ok(code in errors)
  assert.deepEqual(
    namesIn(await listed(['components'])),
    plugins.map(({ name }) => name),
  )
  const parsed: unknown = JSON.parse(await listed(['codes'], { json: true }))
  assert.ok(Array.isArray(parsed))
  assert.equal(parsed.length, Object.keys(errors).length)
})

test('named attributes are listed in the given order, including deprecated names', async () => {
  assert.deepEqual(namesIn(await listed(['attributes', 'sf.proc.exe', 'evt.type'])), [
    'sf.proc.exe',
    ATTRIBUTES.find(({ aliases }) => aliases.includes('evt.type'))?.name ?? 'evt.type',
  ])
})

test('every unknown name is reported, with the nearest name', async () => {
  await assert.rejects(listed(['attributes', 'sf.prc.exe', 'fd.name', 'sf.file.pth']), error => {
    assert.ok(error instanceof Faults)
    assert.match(
      formatFault(error.faults[0] as Fault),
      /SFP_LIST_UNKNOWN: unknown attribute "sf.prc.exe"; did you mean "sf.proc.exe"\?/,
    )
    assert.equal(error.faults.length, 2)
    return true
  })
})

test('rules of a path are listed with their place, otherwise the rules of the pipeline file', async () => {
  const file = join(folder, 'rules.yaml')
  writeFileSync(
    file,
    '- rule: One\n  desc: first\n  condition: sf.type = PE\n  priority: high\n  tags: [a]\n- rule: Two\n  desc: second\n  condition: sf.type = FE\n  enabled: false\n',
  )
  assert.equal(await listed(['rules'], { policies: 'rules.yaml' }), `One  high       ${file}:1\nTwo  low (off)  ${file}:6\n`)
  const [one] = JSON.parse(await listed(['rules', 'One'], { policies: 'rules.yaml', json: true })) as unknown[]
  assert.deepEqual(one, {
    name: 'One',
    description: 'first',
    priority: 'high',
    tags: ['a'],
    prefilter: [],
    enabled: true,
    actions: [],
    file,
    line: 1,
  })
  const pipeline = {
    pipeline: [
      { processor: 'sysflowreader', in: 'sysflow sysflowchan', out: 'flat flattenerchan' },
      { processor: 'policyengine', in: 'flat flattenerchan', out: 'events eventchan', policies: 'rules.yaml' },
      { processor: 'exporter', in: 'events eventchan', export: 'null' },
    ],
  }
  writeFileSync(join(folder, 'pipeline.json'), JSON.stringify(pipeline))
  assert.deepEqual(namesIn(await listed(['rules'], { config: join(folder, 'pipeline.json') })), ['One', 'Two'])
})

/** A plugin with an action. */
const PLUGIN = `export const plugin = {
  kind: 'action', name: 'mine', contract: 2, summary: 'does nothing',
  options: { type: 'object', additionalProperties: false, properties: { 'mine.word': { type: 'string', description: 'A word.' } } },
  errors: { MINE_REFUSED: { what: 'mine refused {thing}', hint: 'ask again', causes: ['It is shy.'] } },
  create: () => ({ act() {} }),
}
`

test('the plugins of a pipeline file are listed with their file, and included in the schema of that file', async () => {
  writeFileSync(join(folder, 'mine.mjs'), PLUGIN)
  writeFileSync(
    join(folder, 'with-plugin.json'),
    JSON.stringify({
      plugins: ['./mine.mjs'],
      pipeline: [
        { processor: 'sysflowreader', in: 'sysflow sysflowchan', out: 'flat flattenerchan' },
        { processor: 'policyengine', in: 'flat flattenerchan', out: 'events eventchan', mode: 'enrich' },
        { processor: 'exporter', in: 'events eventchan', export: 'null' },
      ],
    }),
  )
  const config = join(folder, 'with-plugin.json')
  const [mine] = JSON.parse(await listed(['components', 'mine'], { config, json: true })) as unknown[]
  assert.deepEqual(mine, { name: 'mine', kind: 'action', summary: 'does nothing', contract: 2, file: join(folder, 'mine.mjs') })
  assert.match(await printed(schemaCommand, ['pipeline'], { config }), /"mine\.word"/)
  assert.doesNotMatch(await printed(schemaCommand, ['pipeline']), /"mine\.word"/)
})

/** A driver of lines with its own adapter. */
const LINES_PLUGIN = `export const plugin = {
  kind: 'driver', name: 'lines', contract: 2, summary: 'reads lines', offers: ['linechan'],
  options: { type: 'object', additionalProperties: false, properties: {} },
  adapters: [{
    channel: 'linechan', evaluatedChannel: 'linematchchan', recordTypes: ['L', 'M'], recordType: () => 'L', group: () => 0, entities: [],
    attributes: {
      names: ['line.text', 'text'], unsupportedReason: () => undefined, currentName: () => undefined,
      find: name => ['line.text', 'text'].includes(name) ? ATTRIBUTE : undefined,
    },
  }],
  create: () => { throw new Error('it is never run') },
}
const ATTRIBUTE = { name: 'line.text', aliases: ['text'], type: 'text', dependsOn: 'row', recordTypes: ['L'], description: 'The line.', read: () => '' }
`

function linesPipeline(name: string, more: { readonly drivers?: object[]; readonly pipeline?: object[] } = {}): string {
  writeFileSync(join(folder, 'lines.mjs'), LINES_PLUGIN)
  const drivers = [{ driver: 'lines', path: 'x', out: 'lines linechan' }, ...(more.drivers ?? [])]
  const pipeline = [
    { processor: 'policyengine', in: 'lines linechan', out: 'found linematchchan', policies: 'line-rules.yaml' },
    { processor: 'exporter', in: 'found linematchchan', export: 'null', format: 'json' },
    ...(more.pipeline ?? []),
  ]
  writeFileSync(join(folder, 'line-rules.yaml'), '- rule: Line\n  desc: a line\n  condition: line.text = x\n  prefilter: [L]\n')
  writeFileSync(join(folder, name), JSON.stringify({ plugins: ['./lines.mjs'], drivers, pipeline }))
  return join(folder, name)
}

test('with a pipeline file the attributes are those of its channel types', async () => {
  const config = linesPipeline('lines.json')
  assert.equal(await listed(['attributes'], { config }), 'line.text  string  The line.\n')
  assert.equal(await listed(['attributes', 'text'], { config }), 'line.text  string  The line.\n')
  await assert.rejects(listed(['attributes', 'sf.proc.exe'], { config }), Faults)
})

test('if several channel types have attributes, a column shows the type', async () => {
  const config = linesPipeline('two.json', {
    drivers: [{ driver: 'file', path: 'y', out: 'sysflow sysflowchan' }],
    pipeline: [
      { processor: 'sysflowreader', in: 'sysflow sysflowchan', out: 'flat flattenerchan' },
      { processor: 'exporter', name: 'flat', in: 'flat flattenerchan', export: 'null' },
    ],
  })
  const lines = await listed(['attributes', 'line.text', 'sf.proc.exe'], { config })
  assert.match(lines, /^line\.text +string +linechan +The line\.\nsf\.proc\.exe +string +flattenerchan +/)
})

test('records with open attributes are mentioned in one line', async () => {
  const config = join(folder, 'otel.json')
  const pipeline = [{ processor: 'exporter', in: 'logs otelchan', export: 'null', format: 'otel' }]
  writeFileSync(config, JSON.stringify({ drivers: [{ driver: 'otelfile', path: 'x', out: 'logs otelchan' }], pipeline }))
  assert.match(await listed(['attributes'], { config }), /^\* {2}any {2}Records of channel type otelchan define their own/)
})

test('rules for records of a plugin are listed, and the schema of rules knows its record types', async () => {
  const config = linesPipeline('lines.json')
  assert.deepEqual(namesIn(await listed(['rules'], { config })), ['Line'])
  assert.deepEqual(namesIn(await listed(['rules'], { config, policies: 'line-rules.yaml' })), ['Line'])
  const recordTypes = async (options: CommandInvocation['options']): Promise<unknown> =>
    JSON.parse(await printed(schemaCommand, ['rules'], options)).definitions.rule.properties.prefilter.items.enum
  assert.deepEqual(await recordTypes({}), ['PE', 'NF', 'FF', 'FE', 'KE'])
  assert.deepEqual(await recordTypes({ config }), ['PE', 'NF', 'FF', 'FE', 'KE', 'L', 'M'])
})

test('the error codes of a plugin are listed and explained with its pipeline file', async () => {
  const config = join(folder, 'with-plugin.json')
  assert.equal(await listed(['codes', 'MINE_REFUSED'], { config }), 'MINE_REFUSED  mine refused {thing}\n')
  await assert.rejects(listed(['codes', 'MINE_REFUSED']), Faults)
  for (const word of ['MINE_REFUSED', 'mine-refused', 'stage "x"  MINE_REFUSED: mine refused it'])
    assert.match(
      await printed(explainCommand, [word], { config }),
      /^MINE_REFUSED\n[\s\S]*mine refused \{thing\}[\s\S]*It is shy\./,
    )
})

test('the error codes of a plugin have an area with the name of the plugin', async () => {
  const config = join(folder, 'with-plugin.json')
  assert.match(await printed(explainCommand, ['MINE_REFUSED'], { config }), /Errors of action "mine"\./)
  assert.match(await printed(explainCommand, [], { config }), /^ {2}MINE_\* +Errors of action "mine"\.$/m)
  assert.doesNotMatch(await printed(explainCommand, []), /MINE_/)
})

test('rules with errors are reported and not listed', async () => {
  writeFileSync(join(folder, 'broken.yaml'), '- rule: One\n  desc: first\n  condition: sf.typ = PE\n')
  await assert.rejects(listed(['rules'], { policies: 'broken.yaml' }), Faults)
})

const listed = (words: readonly string[], options: CommandInvocation['options'] = {}): Promise<string> =>
  printed(listCommand, words, options)

async function printed(
  command: CommandDefinition<ProcessContext>,
  words: readonly string[],
  options: CommandInvocation['options'] = {},
): Promise<string> {
  let text = ''
  const stdout = new Writable({
    write(chunk, _, done) {
      text += chunk
      done()
    },
  })
  const { signal } = new AbortController()
  const environment = { SFPROCESSOR_CACHE: 'off' }
  const context = { stdout, stderr: new Writable(), environment, directory: folder, stop: signal, abort: signal }
  assert.equal(await command.run?.({ arguments: words, options }, context), 0)
  return text
}

/** The first column: the text before two spaces. */
const namesIn = (text: string): string[] => text.trimEnd().split('\n').map(line => line.split('  ')[0] ?? '') // biome-ignore format: one thought
