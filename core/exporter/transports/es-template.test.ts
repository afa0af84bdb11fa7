// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { EcsEncoder } from '../../../plugins/sysflow/encoders/ecs-encoder.js'
import { appendixA, evaluatedColumns, R1_MATCHES } from '../../../plugins/sysflow/testing/appendix-a.js'
import { goldenFiles } from '../../../plugins/sysflow/testing/golden.js'
import { withoutShared } from '../../testing/shared.js'
import { ChunkBuffer } from '../chunk-buffer.js'
import { ECS_MAPPING, type EcsFieldMapping, indexTemplate } from './es-template.js'

/** The path of every field of a document, with a value of it. */
function* fieldsOf(value: unknown, path = ''): Generator<readonly [string, unknown]> {
  if (Array.isArray(value)) for (const item of value) yield* fieldsOf(item, path)
  else if (typeof value === 'object' && value !== null)
    for (const [key, item] of Object.entries(value)) yield* fieldsOf(item, path === '' ? key : `${path}.${key}`)
  else yield [path, value]
}

function mappingOf(path: string): EcsFieldMapping | undefined {
  let found: EcsFieldMapping | undefined = ECS_MAPPING
  for (const key of path.split('.')) found = found?.dynamic === true ? { type: 'keyword' } : found?.properties?.[key]
  return found
}

const FITS: Readonly<Record<string, (value: unknown) => boolean>> = {
  keyword: value => typeof value === 'string' || Number.isSafeInteger(value),
  long: value => Number.isSafeInteger(value),
  date: value => typeof value === 'string' && !Number.isNaN(Date.parse(value)),
  date_nanos: value => typeof value === 'string' && Date.parse(value) >= 0,
  // Some collectors write NA; the mapping accepts a value that is not an address and does not index it.
  ip: value => typeof value === 'string' && /^(\d+(\.\d+){3}|NA)?$/.test(value),
  boolean: value => typeof value === 'boolean',
}

function assertMapped(line: string, seen: Set<string>): void {
  for (const [path, value] of fieldsOf(JSON.parse(line))) {
    const type = mappingOf(path)?.type ?? ''
    assert.ok(FITS[type]?.(value), `${path}: ${JSON.stringify(value)} is mapped as ${type || 'nothing'}`)
    seen.add(path.replace(/^labels\..*/, 'labels'))
  }
}

function appendixLines(): string[] {
  const chunk = new ChunkBuffer()
  const batch = evaluatedColumns(appendixA(), { 0: { ...R1_MATCHES, fields: new Map([['times', 3]]) }, 5: R1_MATCHES })
  new EcsEncoder('1.0.0').encode(batch, 0, batch.length, chunk)
  return Buffer.from(chunk.chunk().bytes).toString().trimEnd().split('\n')
}

test('every field of ECS output is mapped to a type that its values have', () => {
  const seen = new Set<string>()
  for (const line of appendixLines()) assertMapped(line, seen)
  for (const line of readFileSync('resources/golden/webshell-alerts-ecs.json', 'utf8').trimEnd().split('\n'))
    assertMapped(line, seen)
  const mapped = [...leavesOf(ECS_MAPPING)]
  assert.deepEqual(
    mapped.filter(path => !seen.has(path)),
    [],
    'what is mapped is written by somebody',
  )
})

test('every field of the recorded traces is mapped to a type that its values have', { skip: withoutShared }, () => {
  const seen = new Set<string>()
  for (const { lines } of goldenFiles('ecs')) for (const line of lines) assertMapped(line, seen)
  assert.ok(seen.size > 50)
})

test('the shipped index template is the one that es.setup installs', () => {
  const { name, body } = indexTemplate({ prefix: 'sysflow', isFixed: false })
  assert.equal(name, 'sysflow-ecs')
  assert.equal(readFileSync('resources/mappings/ecs-index-template.json', 'utf8'), body.toString())
  const template = JSON.parse(indexTemplate({ prefix: 'flows-', isFixed: true }).body.toString())
  assert.deepEqual(template.index_patterns, ['flows-'])
})

function* leavesOf({ properties = {} }: EcsFieldMapping, path = ''): Generator<string> {
  for (const [key, field] of Object.entries(properties)) {
    const inner = path === '' ? key : `${path}.${key}`
    if (field.properties) yield* leavesOf(field, inner)
    else yield inner
  }
}
