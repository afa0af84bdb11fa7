// SPDX-License-Identifier: Apache-2.0
import { closeSync, openSync, statSync, writeSync } from 'node:fs'
import { OPERATION } from '../../plugins/sysflow/avro/operation-flags.js'
import type { ObjectId, ProcessRecord, TraceRecord } from '../../plugins/sysflow/avro/trace-record.js'
import { TraceWriter } from '../../plugins/sysflow/avro/trace-writer.js'
import { BenchRandom } from './bench-random.js'
import { cachedInput } from './cached-input.js'
import type { BenchInput } from './repeated-trace.js'
import { FILE_ENDINGS, FOLDERS, NOUNS, OPTIONS, PARENTS, TOOLS } from './word-lists.js'

/**
 * A trace of `count` program starts: each is a new process with its record and one exec event. One command line in three is
 * unique. The others are the same 2,000, with very different frequencies.
 */
export async function processCreations(count: number): Promise<BenchInput> {
  const path = await cachedInput(`process-creations-${count}.sf`, path => {
    const file = openSync(path, 'w')
    const writer = new TraceWriter(bytes => writeSync(file, bytes))
    for (const record of creations(count)) writer.write(record)
    writer.finish()
    closeSync(file)
  })
  return { path, bytes: statSync(path).size, records: recordsOf(count) }
}

/** Number of program starts between two headers; the collector begins a new trace with each header. */
const CREATIONS_PER_HEADER = 5_000
const UNSEEN_SHARE = 1 / 3
const FAMILIAR_COMMANDS = 2_000
const START_TIME = 1_700_000_000_000_000_000n
const INTERVAL = 1_000_000n
const CONTAINER = '5f0c1d2e3a4b'

const recordsOf = (count: number): number => count * 2 + Math.ceil(count / CREATIONS_PER_HEADER) * (2 + PARENTS.length)

export function* creations(count: number): Generator<TraceRecord> {
  const random = new BenchRandom(1)
  const familiar = Array.from({ length: FAMILIAR_COMMANDS }, () => command(random, random.pick(NOUNS)))
  for (let number = 0; number < count; number++) {
    if (number % CREATIONS_PER_HEADER === 0) yield* headerRecords()
    const isUnseen = random.chance(UNSEEN_SHARE)
    // The square makes the first commands frequent.
    const familiarCommand = familiar[Math.floor(random.next() ** 2 * FAMILIAR_COMMANDS)] as Command
    const { exe, args } = isUnseen ? command(random, `${random.pick(NOUNS)}-${number.toString(36)}`) : familiarCommand
    const oid = { createTS: START_TIME + BigInt(number) * INTERVAL, hpid: 1_000 + (number % 4_000_000) }
    yield { branch: 'P', record: processRecord(oid, parentId(random.below(PARENTS.length)), exe, args) }
    const event = { procOID: oid, ts: oid.createTS, tid: oid.hpid, opFlags: OPERATION.exec, args: args.split(' '), ret: 0 }
    yield { branch: 'PE', record: event }
  }
}

function* headerRecords(): Generator<TraceRecord> {
  yield { branch: 'H', record: { version: 5, exporter: 'bench', ip: '10.0.0.1', filename: 'process-creations' } }
  const image = { name: 'web', image: 'registry.example/shop/web:1', imageid: CONTAINER }
  yield { branch: 'C', record: { id: CONTAINER, ...image, type: 'CT_DOCKER', privileged: false, podId: null } }
  for (const [index, exe] of PARENTS.entries())
    yield { branch: 'P', record: processRecord(parentId(index), null, exe, index % 2 === 0 ? '' : '--config /etc/main.conf') }
}

const parentId = (index: number): ObjectId => ({ createTS: START_TIME - 1n, hpid: 100 + index })

const processRecord = (oid: ObjectId, poid: ObjectId | null, exe: string, exeArgs: string): ProcessRecord => ({
  state: 'CREATED', oid, poid, ts: oid.createTS, exe, exeArgs, uid: 0, userName: 'root', gid: 0, groupName: 'root', tty: false,
  containerId: oid.hpid % 3 === 0 ? CONTAINER : null, entry: false, cwd: '/', env: [],
}) // biome-ignore format: short

interface Command {
  readonly exe: string
  readonly args: string
}

/** `name` becomes part of a path among the arguments, and so determines whether the command line is unique. */
function command(random: BenchRandom, name: string): Command {
  const exe = `${random.pick(FOLDERS)}/${random.pick(TOOLS)}`
  const words: string[] = []
  for (let count = 1 + random.below(3); count > 0; count--) {
    words.push(`--${random.pick(OPTIONS)}`)
    if (random.chance(0.5)) words.push(random.pick(NOUNS))
  }
  words.push(`${random.pick(FOLDERS)}/${name}/${random.pick(NOUNS)}.${random.pick(FILE_ENDINGS)}`)
  return { exe, args: words.join(' ') }
}
