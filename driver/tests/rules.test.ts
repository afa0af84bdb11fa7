// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { ChunkBuffer } from '../../core/exporter/chunk-buffer.js'
import { MatchBuffer } from '../../core/policy/compile/match-buffer.js'
import { createPlan } from '../../core/policy/compile/plan.js'
import { loadPolicies, loadPolicyText } from '../../core/policy/language/load.js'
import type { Policy } from '../../core/policy/policy.js'
import { shared, withoutShared } from '../../core/testing/shared.js'
import { SYSFLOW_ATTRIBUTES } from '../../plugins/sysflow/attributes/attributes.js'
import { SYSFLOW_ADAPTER } from '../../plugins/sysflow/attributes/sysflow-adapter.js'
import { writeTrace } from '../../plugins/sysflow/avro/trace-writer.js'
import { JsonEncoder } from '../../plugins/sysflow/encoders/json-encoder.js'
import { appendixAFurtherRecords, appendixATrace } from '../../plugins/sysflow/testing/appendix-a-trace.js'
import { flattenTrace } from '../../plugins/sysflow/testing/flatten-trace.js'

/** The rule language with the SysFlow attributes, on records that were read from a file. */

const TRACE = writeTrace([...appendixATrace(), ...appendixAFurtherRecords()])

/** The records of the trace, in its order. */
const RECORDS = [
  'exec', 'passwd', 'rename', 'socket', 'connection', 'pod event', 'unknown process', 'unknown file', 'unknown parent',
] // biome-ignore format: a list
const HERE = ['exec', 'passwd', 'rename', 'connection']
const ON_HOST = ['socket', 'unknown file']

interface Match {
  readonly record: string
  readonly rules: readonly string[]
  readonly line: string
}

async function judged(policy: Policy, trace: string | Buffer = TRACE, enrich = false): Promise<Match[]> {
  const judge = createPlan(policy, SYSFLOW_ADAPTER)
  const matchBuffer = new MatchBuffer()
  const encoder = new JsonEncoder()
  const chunkBuffer = new ChunkBuffer()
  const matches: Match[] = []
  await flattenTrace(trace, rows => {
    judge.evaluate(rows, enrich, matchBuffer)
    rows.retain()
    const batch = matchBuffer.toBatch(rows)
    chunkBuffer.clear()
    encoder.encode(batch, 0, batch.length, chunkBuffer)
    const lines = Buffer.from(chunkBuffer.chunk().bytes).toString().split('\n')
    for (const [at, row] of batch.rows.entries()) {
      const rules = batch.matches[at]?.rules.map(({ name }) => name) ?? []
      matches.push({ record: RECORDS[rows.firstRecordNumber - 1 + row] ?? '?', rules, line: lines[at] ?? '' })
    }
    batch.release()
  })
  return matches
}

const loaded = (text: string): Policy => loadPolicyText(text, SYSFLOW_ATTRIBUTES, SYSFLOW_ADAPTER.recordTypes).policy

async function matching(condition: string): Promise<string[]> {
  return (await judged(loaded(`- rule: r\n  desc: d\n  condition: ${condition}\n`))).map(({ record }) => record)
}

for (const [statement, cases] of Object.entries({
  'check 35: sf.proc.tty compares with true and "true", whether quoted or not': [
    ['sf.proc.tty = true', []],
    ['sf.type = PE and sf.proc.tty = "false"', ['exec', 'unknown process', 'unknown parent']],
    ['sf.proc.entry = true', HERE],
    ['sf.proc.entry = "true"', HERE],
  ],
  'check 38: the addresses of a file flow are empty': [
    ['sf.net.sip exists', ['connection']],
    ['sf.type = FF and sf.net.sip = ""', ['passwd', 'socket', 'unknown file']],
  ],
  'check 39: without a container its type is host': [
    ['sf.type = FF and sf.container.type = host', ON_HOST],
    ['sf.container.type = CONTAINERD', HERE],
  ],
  'check 40: without a file its type is empty': [['sf.type = FF and not sf.file.type exists', ['unknown file']]],
  'check 41: a path selects inside JSON': [
    ['sf.pod.services[0.name] = web', HERE],
    ['sf.pod.services[0.portList.0.port] = 80', HERE],
    ['sf.ke.message[items.0.name] = web-0', ['pod event']],
    ['sf.ke.message[items.1.name] exists', []],
    ['sf.ke.message[items.0.namespace] exists', ['pod event']],
  ],
  'check 42: a literal with a bracket is compared whole': [
    ['sf.proc.args contains "run <a[b"', []],
    ['sf.proc.args contains "run <a"', HERE],
  ],
  'check 44: aliases stand for their SysFlow names': [
    ['proc.name = sh and container.id = c0ffee000001 and proc.pname = init', HERE],
    ['fd.port = 43210 and fd.ip = 93.184.216.34 and fd.num = 9', ['connection']],
    ['fd.typechar = u', ['socket']],
  ],
  'check 45: sf.pproc.uid is compared as a number': [
    ['sf.type = PE and sf.pproc.exe exists and sf.pproc.uid < 1000', ['exec']],
    ['sf.pproc.exe exists and sf.pproc.uid >= 1', []],
    ['sf.proc.pid > 99 and sf.proc.pid <= 100', HERE],
    ['sf.proc.pid > "99" and sf.proc.pid <= "100"', HERE],
  ],
  'check 51, overruled by the compatibility policy: a quoted member with a comma is one value': [
    ['sf.type in ("PE,NF")', []],
    ['sf.type in (PE, NF)', ['exec', 'connection', 'unknown process', 'unknown parent']],
  ],
  'check 52: a list equals what any element equals, and != is the exact negation': [
    ['sf.type = PE and sf.proc.aname = init', ['exec']],
    ['sf.type = PE and sf.proc.aname != init', ['unknown process', 'unknown parent']],
    ['sf.opflags = READ', ['passwd', 'socket', 'unknown file']],
    ['sf.opflags = RECV', ['connection']],
  ],
  'check 55: the right side may be an attribute, and in quotes is none': [
    ['sf.proc.tid = sf.proc.pid and sf.proc.pid = 100', ['exec', 'rename', 'connection']],
    ['sf.proc.tid = "sf.proc.pid"', []],
  ],
  'check 56: exists is false for 0 and for nothing': [
    ['sf.ret exists', ['unknown process']],
    ['sf.type = FF and sf.file.path exists', ['passwd', 'socket']],
  ],
  'check 57: not binds before and, and before or': [
    ['not sf.type = PE and sf.proc.pid = 100', ['passwd', 'rename', 'connection']],
    ['sf.type = KE or sf.type = PE and sf.proc.pid = 100', ['exec', 'pod event']],
  ],
} satisfies Record<string, [string, string[]][]>)) {
  test(`${statement}, on real records`, async () => {
    for (const [condition, records] of cases) assert.deepEqual(await matching(condition), records, condition)
  })
}

test('check 56, overruled by the compatibility policy: an unknown name is refused, so exists cannot be used on it', () => {
  assert.throws(() => loaded('- rule: r\n  desc: d\n  condition: sf.rett exists\n'), /unknown attribute "sf.rett"/)
})

test('check 29: output order equals input order, over many batches, in either mode', async () => {
  const ts = Array.from({ length: 20_000 }, (_, number) => number + 1)
  const [event] = appendixATrace().filter(({ branch }) => branch === 'PE')
  assert.ok(event?.branch === 'PE')
  const records = ts.map(time => ({ branch: 'PE', record: { ...event.record, ts: BigInt(time), ret: time % 3 } }) as const)
  const trace = writeTrace(records, { blockSize: 16 * 1024 })
  const policy = loaded('- rule: r\n  desc: d\n  condition: sf.ret = 1\n')
  const timesIn = (matches: readonly Match[]): number[] => matches.map(({ line }) => JSON.parse(line).ts)
  assert.deepEqual(timesIn(await judged(policy, trace, true)), ts)
  assert.deepEqual(
    timesIn(await judged(policy, trace)),
    ts.filter(time => time % 3 === 1),
  )
})

test('check 64: severity words are exported as 1, 2 and 3', async () => {
  const words = ['low debug info informational notice', 'medium warning', 'high error critical emergency alert ALERT']
  for (const [index, group] of words.entries())
    for (const word of group.split(' ')) {
      const [match] = await judged(loaded(`- rule: r\n  desc: d\n  condition: sf.type = KE\n  priority: ${word}\n`))
      assert.equal(JSON.parse(match?.line ?? '').policies[0].priority, index + 1, word)
    }
  const [match] = await judged(loaded('- rule: r\n  desc: d\n  condition: sf.type = KE\n'))
  assert.equal(JSON.parse(match?.line ?? '').policies[0].priority, 1)
})

test('check 63: inner line breaks and quotes of a description reach the export exactly', async () => {
  const [match] = await judged(loaded('- rule: r\n  desc: |\n    say "a"\n      and \'b\'\n  condition: sf.type = KE\n'))
  assert.equal(JSON.parse(match?.line ?? '').policies[0].desc, 'say "a"\n  and \'b\'')
})

test('check 70: a drop filter removes a record before any rule is evaluated, also if all records are passed on', async () => {
  const rules = loaded('- drop: d\n  condition: sf.type in (FF, FE)\n- rule: any\n  desc: d\n  condition: sf.proc.pid = 100\n')
  const kept = RECORDS.filter(record => !['passwd', 'socket', 'unknown file', 'rename'].includes(record))
  assert.deepEqual(
    (await judged(rules, TRACE, true)).map(({ record }) => record),
    kept,
  )
  assert.deepEqual(
    (await judged(rules)).map(({ record }) => record),
    ['exec', 'connection'],
  )
})

test('check 74: tags: [] exports no tag', async () => {
  const [match] = await judged(loaded('- rule: r\n  desc: d\n  condition: sf.type = KE\n  tags: []\n'))
  assert.match(match?.line ?? '', /"policies":\[\{"id":"r"/)
  assert.doesNotMatch(match?.line ?? '', /"tags"/)
})

test('check 82: three matches are one record with three policies, in rule order', async () => {
  const rule = (name: string): string => `- rule: ${name}\n  desc: d\n  condition: sf.type = KE\n  tags: [t-${name}]\n`
  const [match, ...others] = await judged(loaded(['c', 'a', 'b'].map(rule).join('')))
  assert.deepEqual([match?.rules, others], [['c', 'a', 'b'], []])
  assert.match(match?.line ?? '', /"tags":\["t-c","t-a","t-b"\]\}$/)
})

/** Falco names that have another meaning here than in the reference (Q29, Q36 and evt.type) let two rules of a file match. */
const MATCHES_OF_FALCO_NAMES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'falco.yaml': { 'Run shell untrusted': 1, 'Create files below dev': 112 },
}

test('check 46: every file of policies/tests loads with the attributes of SysFlow, and matches nothing, as Appendix B states', {
  skip: withoutShared,
}, async () => {
  const files = readdirSync(shared('policies', 'tests')).map(name => ['tests', name] as const)
  assert.equal(files.length, 17)
  const traces = ['processor/tcp.sf', 'processor/shellshock.sf', 'processor/1621959914', 'collector/files/files.sf']
  const alone = ['globals.yaml', 'path.yaml'].map(name => ['runtimeintegrity', name] as const)
  for (const [folder, file] of [...files, ...alone]) {
    const { policy } = loadPolicies([shared('policies', folder, file)], SYSFLOW_ATTRIBUTES, SYSFLOW_ADAPTER.recordTypes)
    const counts: Record<string, number> = {}
    for (const trace of traces)
      for (const { rules } of await judged(policy, shared('traces', trace)))
        for (const rule of rules) counts[rule] = (counts[rule] ?? 0) + 1
    assert.deepEqual(counts, MATCHES_OF_FALCO_NAMES[file] ?? {}, file)
  }
})
