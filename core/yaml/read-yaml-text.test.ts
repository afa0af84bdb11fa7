// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isMap } from 'yaml'
import { readYamlText, type YamlReaderOptions } from './read-yaml-text.js'

const STRICT: YamlReaderOptions = { repeatedKeys: 'refuse', aliases: 'refuse' }
const errorsIn = (text: string, options = STRICT): string[] =>
  readYamlText(text, options).errors.map(({ kind, start }) => `${kind} at ${start}`)

test('documents are trees whose nodes have their places', () => {
  const { documents, errors } = readYamlText('a: 1\n---\nb: [2]\n', STRICT)
  assert.deepEqual([documents.length, errors], [2, []])
  const [, second] = documents
  assert.ok(isMap(second?.contents))
  assert.deepEqual(second.contents.range?.slice(0, 2), [9, 16])
})

test('with the failsafe schema every scalar is its text', () => {
  const text = 'a: [080, yes, 1e3]\n'
  assert.deepEqual(readYamlText(text, { ...STRICT, schema: 'failsafe' }).documents[0]?.toJS(), { a: ['080', 'yes', '1e3'] })
  assert.deepEqual(readYamlText(text, STRICT).documents[0]?.toJS(), { a: [80, 'yes', 1000] })
})

test('errors are found with their places, in the order of the text', () => {
  assert.deepEqual(errorsIn('a: 1\na: 2\nb: &x 1\nc: *x\n'), ['repeated key at 5', 'alias at 21'])
  assert.deepEqual(errorsIn('a: 1\na: 2\n_: 1\n_: 2\n', { ...STRICT, mayRepeat: key => key === '_' }), ['repeated key at 5'])
  assert.deepEqual(errorsIn('a: [\n').length > 0 && errorsIn('a: [\n')[0]?.startsWith('syntax'), true)
  assert.deepEqual(errorsIn('a: 1\na: 2\nb: &x 1\nc: *x\n', { repeatedKeys: 'allow', aliases: 'allow' }), [])
})

test('a text that is nested too deep is refused at the place of the excess, whatever its size', () => {
  const { documents, errors } = readYamlText('['.repeat(1_000_000), STRICT)
  assert.deepEqual([documents.length, errors.length, errors[0]?.kind], [0, 1, 'depth'])
  assert.ok((errors[0]?.start ?? 0) < 200)
  assert.deepEqual(errorsIn(`${'['.repeat(90)}${']'.repeat(90)}`), [])
})

test('many keys are checked in one pass', () => {
  const text = Array.from({ length: 50_000 }, (_, number) => `key${number}: 1\n`).join('')
  const begin = performance.now()
  assert.deepEqual(errorsIn(text), [])
  assert.ok(performance.now() - begin < 10_000)
})
