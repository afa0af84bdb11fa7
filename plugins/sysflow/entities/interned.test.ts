// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dataViewOf } from '../avro/avro-scanner.js'
import { Interned } from './interned.js'

interface Made {
  readonly text: string
  readonly kind: number
}

/** Reads texts from the middle of a buffer, at every alignment. */
function reading(interned: Interned<Made>): (text: string | Buffer, kind?: number) => Made {
  let before = 0
  return (text, kind = 0) => {
    before = (before + 1) % 7
    const bytes = Buffer.concat([Buffer.alloc(before, 1), Buffer.from(text), Buffer.alloc(3, 2)])
    return interned.of(bytes, dataViewOf(bytes), before, bytes.length - 3, kind)
  }
}

const made = (text: string, kind: number): Made => ({ text, kind })

test('equal strings of one kind are one object, others are not', () => {
  const of = reading(new Interned(4096, made))
  const texts = [
    '',
    'a',
    'ab',
    'ba',
    'abc',
    '\0',
    '\0\0',
    'abcd',
    'abcde',
    'abcdefgh',
    'ü',
    '/usr/bin/../bin/sh',
    'x'.repeat(256),
  ]
  const first = texts.map(text => of(text))
  assert.deepEqual(
    first.map(({ text }) => text),
    texts,
  )
  texts.forEach((text, at) => {
    assert.equal(of(text), first[at])
    assert.notEqual(of(text, 7), first[at])
    assert.equal(of(text, 7), of(text, 7))
    assert.equal(of(text, 7).kind, 7)
  })
})

test('strings that differ in one byte are distinguished, at any position', () => {
  for (const length of [1, 3, 4, 5, 8, 31, 32, 33, 255, 256]) {
    const of = reading(new Interned(4096, made))
    for (let at = 0; at < length; at++) {
      const bytes = Buffer.alloc(length, 0x61)
      bytes[at] = 0x62
      assert.equal(of(bytes).text, bytes.toString())
      assert.equal(of(bytes).text, bytes.toString())
    }
  }
})

test('more strings than the table holds are all read correctly', () => {
  const of = reading(new Interned(16, made))
  for (let round = 0; round < 3; round++)
    for (let number = 0; number < 500; number++)
      assert.deepEqual(of(`/text/${number}`, number % 3), made(`/text/${number}`, number % 3))
})

test('bytes that are not UTF-8 give the same string as the standard decoder', () => {
  const of = reading(new Interned(16, made))
  for (let round = 0; round < 2; round++) assert.equal(of(Buffer.from([0x61, 0xff, 0x62])).text, 'a\uFFFDb')
})

test('long strings, and all strings without interning, are created anew', () => {
  const remembering = reading(new Interned(16, made))
  assert.notEqual(remembering('x'.repeat(257)), remembering('x'.repeat(257)))
  const forgetful = reading(new Interned(0, made))
  for (const text of ['', 'a', '/bin/sh', 'x'.repeat(300)]) {
    assert.equal(forgetful(text).text, text)
    assert.notEqual(forgetful(text), forgetful(text))
  }
})
