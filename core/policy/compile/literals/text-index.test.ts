// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SeededRandom } from '../../testing/random-policy.js'
import type { LiteralPosition } from '../criteria/required-literal.js'
import type { SearchLiteral } from './gram-table.js'
import { IndexSet } from './index-set.js'
import { TextIndex } from './text-index.js'

const HOLDS: Readonly<Record<LiteralPosition, (text: string, sought: string) => boolean>> = {
  anywhere: (text, sought) => text.includes(sought),
  start: (text, sought) => text.startsWith(sought),
  end: (text, sought) => text.endsWith(sought),
  whole: (text, sought) => text === sought,
}

/** Few letters, so that texts overlap and contain each other. Some have equal low bytes; one has two code units. */
const LETTERS = ['a', 'b', 'ab', 'A', '/', '\u0161', 'a\u0161', '\u{1f600}', '\0'] as const

const word = (dice: SeededRandom, most: number): string => dice.listOf(most, () => dice.pick(LETTERS)).join('')

test('an index finds exactly the texts that occur in another text, at any position', () => {
  for (let seed = 1; seed <= 60; seed++) {
    const dice = new SeededRandom(seed)
    const sought: Record<LiteralPosition, SearchLiteral[]> = { anywhere: [], start: [], end: [], whole: [] }
    const all: { readonly where: LiteralPosition; readonly text: string }[] = []
    for (let count = 0; count < 120; count++) {
      const where = dice.pick<LiteralPosition>(['anywhere', 'start', 'end', 'whole'])
      const text = word(dice, 6)
      if (all.some(one => one.where === where && one.text === text) || (text === '' && where !== 'whole')) continue
      sought[where].push({ text, number: all.length })
      all.push({ where, text })
    }
    const index = new TextIndex(sought)
    const found = new IndexSet(all.length)
    for (let count = 0; count < 100; count++) {
      const text = word(dice, 14)
      found.clear()
      index.search(text, found)
      found.sort()
      const expected = [...all.keys()].filter(number => HOLDS[all[number]!.where](text, all[number]!.text))
      assert.deepEqual([...found.list.subarray(0, found.length)], expected, `seed ${seed}, ${JSON.stringify(text)}`)
    }
  }
})

test('a text that repeats one gram of thousands of literals finds the literals that it contains', () => {
  const texts = Array.from({ length: 3000 }, (_, number) => `aaaa${number}`)
  const anywhere = texts.map((text, number) => ({ text, number }))
  const index = new TextIndex({ anywhere, start: [], end: [], whole: [] })
  const found = new IndexSet(texts.length)
  index.search(`${'a'.repeat(2000)}77`, found)
  found.sort()
  assert.deepEqual([...found.list.subarray(0, found.length)], [7, 77])
})
