// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync } from 'node:crypto'
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import type { Fault } from '../../errors/fault.js'
import { chunkOfTexts } from '../testing/chunks.js'
import { FileTransport } from '../transports/file.js'
import type { RotationSettings } from '../transports/rotated-files.js'
import { formatChainLine, parseChainLine } from './chain-line.js'
import { EvidenceChain } from './evidence-chain.js'
import type { FileObserver } from './file-observer.js'
import { readSigner, SignatureVerifier } from './signing-keys.js'
import { verifyEvidence } from './verify-evidence.js'

const NO_ROTATION: RotationSettings = { size: 0, every: 0, names: 'number', keep: 0, gzip: false }
const START = Date.UTC(2023, 10, 14)

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'sfp-evidence-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** A pair of key files: the private key to sign, and the public key to verify. */
function keysIn(position: string, name = 'key'): { secret: string; open: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const [secret, open] = [join(position, `${name}.pem`), join(position, `${name}.pub.pem`)]
  writeFileSync(secret, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  writeFileSync(open, publicKey.export({ type: 'spki', format: 'pem' }))
  return { secret, open }
}

interface Given {
  readonly key?: string
  readonly every?: number
  readonly rotation?: Partial<RotationSettings>
  readonly now?: () => number
}

/** A file transport with a chain beside it. */
class Writer {
  readonly faults: Fault[] = []
  readonly file: FileTransport

  constructor(path: string, { key, every = 60, rotation, now = () => START }: Given = {}) {
    const report = (fault: Fault): void => {
      this.faults.push(fault)
    }
    const signer = key === undefined ? undefined : readSigner(key, report)
    const chain = new EvidenceChain({ path, signer, every }, report, now)
    this.file = new FileTransport({ path, sync: false, rotation: { ...NO_ROTATION, ...rotation } }, report, now, chain)
  }

  get codes(): readonly string[] {
    return this.faults.map(({ code }) => code)
  }

  /** Opens the file, sends these chunks, and closes it, unless the writer is killed. */
  async write(chunks: readonly (readonly string[])[], isKilled = false): Promise<this> {
    await this.file.open()
    for (const chunk of chunks) await this.file.send(chunkOfTexts(...chunk))
    if (!isKilled) await this.file.close()
    return this
  }
}

const CHUNKS = [['{"a":1}', '{"a":2}'], ['{"a":3}'], ['{"a":4}', '{"a":5}', '{"a":6}']]

interface Reported {
  readonly broken: readonly string[]
  readonly noted: readonly string[]
  readonly records: number
}

async function verified(path: string, key?: string): Promise<Reported> {
  const { files, findings } = await verifyEvidence(path, key === undefined ? undefined : new SignatureVerifier(key), 0)
  const reported = (wanted: string): string[] =>
    findings
      .filter(({ level }) => level === wanted)
      .map(({ file, record, byte, what }) => `${file.slice(file.lastIndexOf('/') + 1)} ${record ?? '-'} ${byte ?? '-'} ${what}`)
  return { broken: reported('broken'), noted: reported('noted'), records: files.reduce((sum, { records }) => sum + records, 0) }
}

const WHOLE = { broken: [], noted: [], records: 6 }

test('records are unchanged, and closed files verify, signed or not, across restarts', async t => {
  const position = folder(t)
  const { secret, open } = keysIn(position)
  for (const key of [undefined, secret]) {
    const path = join(position, `out ${key === undefined}`)
    for (const chunk of CHUNKS) assert.deepEqual((await new Writer(path, { ...(key ? { key } : {}) }).write([chunk])).codes, [])
    assert.equal(readFileSync(path, 'utf8'), `${CHUNKS.flat().join('\n')}\n`)
    assert.deepEqual(await verified(path), WHOLE)
    if (key) assert.deepEqual(await verified(path, open), WHOLE)
    assert.equal(statSync(`${path}.chain`).mode & 0o777, 0o644 & ~process.umask())
  }
})

test('a change of any byte of the file or its chain is detected, with and without a key', async t => {
  const position = folder(t)
  const { secret, open } = keysIn(position)
  for (const key of [undefined, secret]) {
    const path = join(position, `out ${key === undefined}`)
    await new Writer(path, { ...(key ? { key } : {}) }).write(CHUNKS)
    for (const file of [path, `${path}.chain`]) {
      const bytes = readFileSync(file)
      // Every byte of the signed file and chain; of the unsigned ones, whose lines differ only in signatures, every fifth.
      for (let at = 0; at < bytes.length; at += key ? 1 : 5) {
        const bit = 1 << (at % 8)
        bytes[at] = (bytes[at] ?? 0) ^ bit
        writeFileSync(file, bytes)
        const { broken, noted } = await verified(path, key && (at % 2 === 0 ? open : undefined))
        // Damage of the last line feed looks like a torn last line; the export file itself is intact.
        const isLastLineFeed = file !== path && at === bytes.length - 1
        assert.ok(broken.length > 0 || (isLastLineFeed && noted.length > 0), `byte ${at} of ${file}`)
        bytes[at] = (bytes[at] ?? 0) ^ bit
      }
      writeFileSync(file, bytes)
    }
    assert.deepEqual(await verified(path, key && open), WHOLE)
  }
})

test('removed, added and swapped lines are detected, in records and chain', async t => {
  const position = folder(t)
  const { secret, open } = keysIn(position)
  const path = join(position, 'out')
  await new Writer(path, { key: secret, every: 1 }).write(CHUNKS)
  const originals = new Map([path, `${path}.chain`].map(file => [file, readFileSync(file, 'utf8')]))
  const act = fc.oneof(
    fc.record({ kind: fc.constant('remove' as const), a: fc.nat(20), b: fc.nat(20) }),
    fc.record({ kind: fc.constant('double' as const), a: fc.nat(20), b: fc.nat(20) }),
    fc.record({ kind: fc.constant('swap' as const), a: fc.nat(20), b: fc.nat(20) }),
    fc.record({ kind: fc.constant('cut' as const), a: fc.nat(2000), b: fc.nat(0) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...originals.keys()), act, async (file, { kind, a, b }) => {
      for (const [name, text] of originals) writeFileSync(name, text)
      const text = originals.get(file) ?? ''
      const lines = text.split('\n').slice(0, -1)
      const [from, to] = [a % lines.length, b % lines.length]
      if (kind === 'remove') lines.splice(from, 1)
      if (kind === 'double') lines.splice(to, 0, lines[from] ?? '')
      if (kind === 'swap') [lines[from], lines[to]] = [lines[to] ?? '', lines[from] ?? '']
      const changed = kind === 'cut' ? text.slice(0, -1 - (a % text.length)) : lines.map(line => `${line}\n`).join('')
      fc.pre(changed !== text)
      writeFileSync(file, changed)
      const { broken, noted } = await verified(path, open)
      // Only a removed `closed` line is not an error; it is a note that the file is not closed.
      assert.ok(broken.length > 0 || noted.some(note => /not closed/.test(note)), `${kind} ${from} ${to} of ${file}`)
      if (file === path) assert.ok(broken.length > 0)
    }),
    { numRuns: 300 },
  )
})

test('the first invalid place is reported with file, record and byte', async t => {
  const path = join(folder(t), 'out')
  await new Writer(path).write(CHUNKS)
  writeFileSync(path, readFileSync(path, 'utf8').replace('"a":3', '"a":7'))
  assert.deepEqual((await verified(path)).broken, ['out 3 16 1 records, bytes 16 to 24, were changed'])
  await new Writer(join(path, '../other')).write(CHUNKS)
  appendFileSync(join(path, '../other'), 'more\n')
  assert.deepEqual((await verified(join(path, '../other'))).broken, [
    'other 7 48 these bytes were added: they are not in the chain',
  ])
  truncateSync(join(path, '../other'), 24)
  assert.deepEqual((await verified(join(path, '../other'))).broken, [
    'other 4 24 the file ends at byte 24; records after this one are missing',
  ])
})

test('a chain continues across files, compressed or not, and files that rotation deletes are not reported as missing', async t => {
  for (const [gzip, keep, names] of [
    [false, 0, 'number'],
    [true, 0, 'time'],
    [false, 2, 'number'],
    [true, 2, 'time'],
  ] as const) {
    const position = folder(t)
    const { secret, open } = keysIn(position)
    const path = join(position, 'out')
    const rotation = { size: 16, gzip, keep, names }
    for (const chunks of [CHUNKS, CHUNKS, CHUNKS]) {
      assert.deepEqual((await new Writer(path, { key: secret, rotation }).write(chunks)).codes, [])
    }
    const reported = await verified(path, open)
    assert.deepEqual([reported.broken, reported.noted], [[], []])
    const files = readdirSync(position).filter(name => /^out[^c]*$/.test(name.replace('.gz', '')))
    assert.equal(readdirSync(position).filter(name => name.endsWith('.chain')).length, files.length)
    if (keep === 0) assert.equal(reported.records, 18)
    else assert.equal(files.length, 3)
  }
})

test('a removed rotated file is reported as missing, with or without its chain', async t => {
  const position = folder(t)
  const path = join(position, 'out')
  await new Writer(path, { rotation: { size: 16 } }).write([...CHUNKS, ...CHUNKS])
  assert.deepEqual((await verified(path)).broken, [])
  const copy = folder(t)
  const names = readdirSync(position).filter(name => !name.endsWith('.chain'))
  assert.ok(names.length > 4)
  for (const name of names) {
    for (const victims of [[name], [`${name}.chain`], [name, `${name}.chain`]]) {
      cpSync(position, copy, { recursive: true })
      for (const victim of victims) rmSync(join(copy, victim))
      const { broken } = await verified(join(copy, 'out'))
      assert.ok(broken.length > 0, victims.join(' and '))
    }
  }
})

test('a file that is removed with its chain after the first rotation is reported as missing; a file without rotation is not', async t => {
  const path = join(folder(t), 'out')
  await new Writer(path, { rotation: { size: 24 } }).write(CHUNKS)
  for (const name of [path, `${path}.chain`]) rmSync(name)
  assert.match((await verified(path)).broken.join('\n'), /out\.chain - - the chain of the file itself is missing/)
  writeFileSync(path, '')
  for (const begun of ['', '{"sequ']) {
    const { broken, noted } = await verified(path)
    assert.deepEqual(broken, [])
    assert.match(noted.join('\n'), /it has no chain/)
    writeFileSync(`${path}.chain`, begun)
  }
})

test('an archived file can be verified alone', async t => {
  const path = join(folder(t), 'out')
  await new Writer(path, { rotation: { size: 16 } }).write(CHUNKS)
  const { broken, noted } = await verified(`${path}.2`)
  assert.deepEqual([broken, noted], [[], ['out.2 - - only this file is verified, not the files before and after it']])
})

test('a rewritten end of a chain is detected by its signatures only', async t => {
  const position = folder(t)
  const { secret, open } = keysIn(position)
  const path = join(position, 'out')
  await new Writer(path, { key: secret }).write(CHUNKS)
  forge(path)
  assert.deepEqual((await verified(path)).broken, [])
  assert.match((await verified(path, open)).broken[0] ?? '', /signature is invalid/)
})

test('a line that was rewritten with its hash does not match the next line', async t => {
  const path = join(folder(t), 'out')
  await new Writer(path).write(CHUNKS)
  const records = readFileSync(path, 'utf8').replace('"a":1', '"a":7')
  writeFileSync(path, records)
  const lines = readFileSync(`${path}.chain`, 'utf8').split('\n')
  const { hash: _hash, signature: _signature, ...line } = Object(parseChainLine(lines[1] ?? '')?.line)
  const { sequence, file, time, to, previous, ...facts } = line
  const chunk = { ...facts, content: contentHash(records.slice(0, to)) }
  lines[1] = formatChainLine({ sequence, file, time, to, previous }, chunk, undefined).text
  writeFileSync(`${path}.chain`, lines.join('\n'))
  assert.match((await verified(path)).broken[0] ?? '', /out\.chain 3 \d+ it does not match the previous line/)
})

/** Replaces every record by another and rewrites the whole chain, as an attacker without the key can. */
function forge(path: string): void {
  const records = readFileSync(path, 'utf8').replaceAll('a', 'b')
  writeFileSync(path, records)
  let previous: string | undefined
  const lines = readFileSync(`${path}.chain`, 'utf8').split('\n').slice(0, -1)
  const forged = lines.map(text => {
    const line = parseChainLine(text)?.line ?? assert.fail()
    const { sequence, file, time, to, previous: _previous, signature, hash: _hash, ...facts } = line
    if (facts.kind === 'page') Object.assign(facts, { content: contentHash(records.slice(facts.from, to)) })
    const made = formatChainLine(
      { sequence, file, time, to, previous: previous ?? line.previous },
      facts,
      signature ? () => signature : undefined,
    )
    previous = made.line.hash
    return `${made.text}\n`
  })
  writeFileSync(`${path}.chain`, forged.join(''))
}

const contentHash = (text: string): string => createHash('sha256').update(text).digest('hex')

test('records after the last signature are reported, and signatures are written in time', async t => {
  const position = folder(t)
  const { secret, open } = keysIn(position)
  const path = join(position, 'out')
  let now = START
  const writer = new Writer(path, { key: secret, every: 10, now: () => now })
  await writer.write([['1'], ['2']], true)
  assert.deepEqual((await verified(path, open)).noted.length, 2)
  assert.match((await verified(path, open)).noted[1] ?? '', /its last 2 records/)
  now += 10_000
  await writer.file.send(chunkOfTexts('3'))
  assert.deepEqual((await verified(path, open)).noted.length, 1)
  // An attacker who removes a checkpoint and everything after it can hide no more than a few seconds.
  const lines = readFileSync(`${path}.chain`, 'utf8').split('\n').slice(0, -2)
  writeFileSync(`${path}.chain`, lines.map(line => `${line}\n`).join(''))
  assert.match((await verified(path, open)).noted[1] ?? '', /its last 3 records/)
  await writer.file.close()
})

test('a removed checkpoint with rewritten later lines is detected', async t => {
  const position = folder(t)
  const { secret, open } = keysIn(position)
  const path = join(position, 'out')
  let now = START
  const writer = new Writer(path, { key: secret, every: 10, now: () => now })
  await writer.write([['1']], true)
  now += 10_000
  await writer.file.send(chunkOfTexts('2'))
  await writer.file.send(chunkOfTexts('3'))
  const lines = readFileSync(`${path}.chain`, 'utf8').trimEnd().split('\n')
  const checkpoint = lines.findIndex(line => line.includes('"checkpoint"'))
  const before = parseChainLine(lines[checkpoint - 1] ?? '')?.line ?? assert.fail()
  const { kind, from, records, content, ...chunk } = Object(parseChainLine(lines[checkpoint + 1] ?? '')?.line)
  const start = { ...chunk, sequence: before.sequence + 1, previous: before.hash }
  const forged = formatChainLine(start, { kind, from, records, content }, undefined).text
  writeFileSync(`${path}.chain`, [...lines.slice(0, checkpoint), forged, ''].join('\n'))
  assert.match((await verified(path, open)).broken.join('\n'), /the checkpoint before it is missing/)
  await writer.file.close()
})

test('a wrong or missing key is reported', async t => {
  const position = folder(t)
  const [mine, other] = [keysIn(position, 'mine'), keysIn(position, 'other')]
  const [signed, unsigned] = [join(position, 'signed'), join(position, 'unsigned')]
  await new Writer(signed, { key: mine.secret }).write(CHUNKS)
  await new Writer(unsigned).write(CHUNKS)
  assert.match((await verified(signed, other.open)).broken[0] ?? '', /signed with another key/)
  assert.match((await verified(unsigned, mine.open)).broken[0] ?? '', /not signed/)
  await new Writer(signed, { key: other.secret }).write([['more']])
  const both = join(position, 'both.pem')
  writeFileSync(both, readFileSync(mine.open, 'utf8') + readFileSync(other.open, 'utf8'))
  assert.match((await verified(signed, mine.open)).broken[0] ?? '', /signed with another key/)
  assert.deepEqual(await verified(signed, both), { ...WHOLE, records: 7 })
})

test('after a kill at any byte, the next writer continues and reports what it found', async t => {
  const position = folder(t)
  const { secret, open } = keysIn(position)
  const path = join(position, 'out')
  const killed = await new Writer(path, { key: secret }).write(CHUNKS, true)
  const [records, chain] = [readFileSync(path), readFileSync(`${path}.chain`)]
  await killed.file.close()
  const ends = chainEnds(chain)
  for (let cut = 0; cut <= chain.length; cut += 7) {
    writeFileSync(`${path}.chain`, chain.subarray(0, cut))
    // Records are written before their line, so every chain that a kill leaves describes existing records.
    writeFileSync(path, records)
    await new Writer(path, { key: secret }).write([['{"b":1}']])
    const reported = await verified(path, open)
    assert.deepEqual([reported.broken, reported.records], [[], 7], `chain of ${cut} bytes`)
    const isWhole = ends.at(-1) === cut
    assert.equal(existsSync(`${path}.chain.damaged`), cut > 0 && cut < (ends[0] ?? 0))
    assert.equal(
      reported.noted.some(note => /were found/.test(note)),
      !isWhole && cut < chain.length,
      `chain of ${cut} bytes: ${reported.noted}`,
    )
    rmSync(`${path}.chain.damaged`, { force: true })
  }
})

const chainEnds = (chain: Buffer): number[] => [...chain.entries()].filter(([, byte]) => byte === 0x0a).map(([at]) => at + 1)

test('records of a killed writer that are not in the chain yet are reported, and are an error once the chain is closed', async t => {
  const path = join(folder(t), 'out')
  const killed = await new Writer(path).write(CHUNKS, true)
  appendFileSync(path, 'more\n')
  const { broken, noted } = await verified(path)
  assert.deepEqual(broken, [])
  assert.match(noted.join('\n'), /out 7 48 these bytes are not in the chain/)
  await killed.file.close()
  assert.match((await verified(path)).broken.join('\n'), /out 7 48 these bytes were added/)
})

test('records lost in a power failure are reported by the next writer and by verification', async t => {
  const path = join(folder(t), 'out')
  await new Writer(path).write(CHUNKS)
  truncateSync(path, 20)
  const next = await new Writer(path).write([['{"b":1}']])
  assert.deepEqual(next.codes, ['SFP_EVIDENCE_LOST'])
  const { broken, records } = await verified(path)
  assert.match(broken.join('\n'), /found \d+ bytes of the export file missing, from byte 21[\s\S]*this chunk is incomplete/)
  assert.equal(records, 4)
})

test('a chunk whose chain line cannot be written is rolled back, and is present once after the retry', async t => {
  const path = join(folder(t), 'out')
  const chain = new EvidenceChain(
    { path, signer: undefined, every: 60 },
    () => assert.fail(),
    () => START,
  )
  let failures = 0
  const wrote = (bytes: Uint8Array, records: number): Promise<void> =>
    failures-- > 0 ? Promise.reject(new Error('no room')) : chain.written(bytes, records)
  const observer: FileObserver = {
    opened: size => chain.opened(size),
    rotating: to => chain.rotating(to),
    deleting: paths => chain.deleting(paths),
    sync: () => chain.sync(),
    close: () => chain.close(),
    written: wrote,
  }
  const file = new FileTransport({ path, sync: true, rotation: NO_ROTATION }, () => assert.fail(), undefined, observer)
  await file.open()
  for (const [index, chunk] of CHUNKS.entries()) {
    failures = index
    if (index === 2) await assert.rejects(file.send(chunkOfTexts(...chunk)), { code: 'SFP_EXPORT_FILE_WRITE', isTemporary: true })
    failures = index % 2
    await file.send(chunkOfTexts(...chunk))
  }
  await file.close()
  assert.equal(readFileSync(path, 'utf8'), `${CHUNKS.flat().join('\n')}\n`)
  assert.deepEqual(await verified(path), WHOLE)
})

test('a change to the end of the file between two runs is detected at the next start', async t => {
  const path = join(folder(t), 'out')
  await new Writer(path).write(CHUNKS)
  writeFileSync(path, readFileSync(path, 'utf8').replace('"a":6', '"a":7'))
  assert.deepEqual((await new Writer(path).write([['x']])).codes, ['SFP_EVIDENCE_CHANGED'])
  assert.match((await verified(path)).broken[0] ?? '', /out 4 24 3 records/)
})

test('a path that is not a file has no chain, and an invalid key is refused with the command that creates one', async t => {
  const position = folder(t)
  await assert.rejects(new Writer('/dev/null').write([]), { code: 'SFP_EVIDENCE_NO_FILE' })
  const rsa = join(position, 'rsa.pem')
  writeFileSync(rsa, generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }), {
    mode: 0o600,
  })
  writeFileSync(join(position, 'text'), 'no key')
  for (const [path, reason] of [
    [rsa, /a key for rsa/],
    [join(position, 'text'), /holds no private key/],
    [join(position, 'absent'), /no such file/],
  ] as const) {
    assert.throws(
      () => new Writer(join(position, 'out'), { key: path }),
      (fault: Fault) => fault.code === 'SFP_EVIDENCE_KEY' && reason.test(fault.message),
    )
  }
  const { secret } = keysIn(position)
  const warned: Fault[] = []
  chmodSync(secret, 0o644)
  readSigner(secret, fault => warned.push(fault))
  assert.deepEqual(
    warned.map(({ code }) => code),
    ['SFP_EVIDENCE_OPEN_KEY'],
  )
  await assert.rejects(verified(join(position, 'nothing')), { code: 'SFP_EVIDENCE_ABSENT' })
})

test('a chain of an earlier version verifies, and is continued', async t => {
  const path = join(folder(t), 'alerts.ndjson')
  for (const name of ['alerts.ndjson', 'alerts.ndjson.chain'])
    cpSync(resolve('core/exporter/testing/fixtures/evidence', name), join(dirname(path), name))
  assert.deepEqual((await verified(path)).broken, [])
  assert.deepEqual((await new Writer(path).write([['{"a":1}']])).codes, [])
  assert.deepEqual(await verified(path), { ...WHOLE, records: 20 })
})

test('records without line feeds are counted by the framing of the encoder', async t => {
  const path = join(folder(t), 'out')
  const chain = new EvidenceChain({ path, framing: 'raw', signer: undefined, every: 60 }, () => assert.fail(), Date.now)
  const settings = { path, sync: false, rotation: NO_ROTATION, framing: 'raw' } as const
  for (const more of ['a\nb\nc', 'd\ne\nf']) {
    const file = new FileTransport(settings, () => assert.fail(), undefined, chain)
    await file.open()
    await file.send({ bytes: Buffer.from(more), length: 2, ends: Uint32Array.of(3, 5), framing: 'raw' })
    await file.close()
  }
  assert.equal(readFileSync(path, 'utf8'), 'a\nb\ncd\ne\nf')
  assert.deepEqual(await verified(path), { ...WHOLE, records: 4 })
})
