// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs'

/**
 * The reference for the JSON encoder: `stringify.js LINES TIMES` reads the records that the product wrote for one repetition of a
 * trace, one per line, parses each once into a plain object, and then calls JSON.stringify on all of these objects TIMES times,
 * as often as a run over so many repetitions encodes a record. It writes nothing and adds up the lengths. Prints the number of
 * texts and of bytes, including a newline after each text.
 */
const [path = '', times = '1'] = process.argv.slice(2)
const objects = readFileSync(path, 'utf8')
  .split('\n')
  .filter(line => line !== '')
  .map(line => JSON.parse(line) as unknown)
let records = 0
let bytes = 0
for (let round = 0; round < Number(times); round++)
  for (const object of objects) {
    records++
    bytes += JSON.stringify(object).length + 1
  }
process.stderr.write(`${JSON.stringify({ records, bytes })}\n`)
