// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RowView } from '../../../core/contract/record-view.js'
import { writeTrace } from '../avro/trace-writer.js'
import { appendixAFurtherRecords, appendixATrace } from '../testing/appendix-a-trace.js'
import { flattenTrace } from '../testing/flatten-trace.js'
import { SYSFLOW_ADAPTER } from './sysflow-adapter.js'

/** Alias → SysFlow name, as in section 4.6 of the specification, except for the names below. */
const ALIASES: Readonly<Record<string, string>> = {
  'evt.rawtime': 'sf.ts',
  'evt.is_open_read': 'sf.file.is_open_read',
  'evt.is_open_write': 'sf.file.is_open_write',
  'evt.arg.uid': 'sf.proc.uid',
  'fd.dport': 'sf.net.dport',
  'fd.port': 'sf.net.port',
  'fd.dip': 'sf.net.dip',
  'fd.ip': 'sf.net.ip',
  'fd.num': 'sf.file.fd',
  'proc.pid': 'sf.proc.pid',
  'proc.tid': 'sf.proc.tid',
  'proc.uid': 'sf.proc.uid',
  'proc.gid': 'sf.proc.gid',
  'proc.user': 'sf.proc.user',
  'proc.group': 'sf.proc.group',
  'user.name': 'sf.proc.user',
  'proc.exe': 'sf.proc.exe',
  'proc.name': 'sf.proc.name',
  'proc.args': 'sf.proc.args',
  'proc.createtime': 'sf.proc.createts',
  'proc.ppid': 'sf.pproc.pid',
  'proc.pname': 'sf.pproc.name',
  'proc.pexe': 'sf.pproc.exe',
  'proc.pargs': 'sf.pproc.args',
  'proc.puid': 'sf.pproc.uid',
  'proc.pgid': 'sf.pproc.gid',
  'proc.puser': 'sf.pproc.user',
  'proc.pgroup': 'sf.pproc.group',
  'proc.ptty': 'sf.pproc.tty',
  'proc.pcreatetime': 'sf.pproc.createts',
  'container.image': 'sf.container.image',
  'container.image.id': 'sf.container.imageid',
}

const RUN = 'sh -c "run <a&b>"'
/** Names with Falco's documented meaning (docs/decisions/falco-names.md), with their values in each record of the trace. */
const OWN_MEANING: Readonly<Record<string, readonly unknown[]>> = {
  'evt.rawres': [0, 0, 0, 0, 0, 0, 1, 0, 0],
  'fd.typechar': ['', 'f', 'f', 'u', '4', '', '', '', ''],
  'fd.directory': ['', '/etc', '/etc', '/run', '', '', '', '', ''],
  'fd.name': ['', '/etc/passwd', '/etc/passwd', '/run/my sock', '172.17.0.5:43210->93.184.216.34:443', '', '', '', ''],
  'fd.filename': ['', 'passwd', 'passwd', 'my sock', '', '', '', '', ''],
  ...Object.fromEntries(
    ['fd.proto', 'fd.lproto', 'fd.l4proto', 'fd.rproto', 'fd.sproto', 'fd.cproto'].map(name => [
      name,
      ['', '', '', '', 'tcp', '', '', '', ''],
    ]),
  ),
  'fd.sport': [0, 0, 0, 0, 443, 0, 0, 0, 0],
  'fd.sip': ['', '', '', '', '93.184.216.34', '', '', '', ''],
  'proc.cmdline': [RUN, RUN, RUN, 'init', RUN, '', '', 'init', 'cat a\tb'],
  'proc.pcmdline': ['init', 'init', 'init', '', 'init', '', '', '', ''],
  'proc.aname': [['init'], ['init'], ['init'], [], ['init'], [], [], [], []],
  'proc.apid': [[1], [1], [1], [], [1], [], [], [], []],
  'proc.tty': [0, 0, 0, 0, 0, 0, 0, 0, 0],
  'container.id': inContainer('c0ffee000001', 'host'),
  'container.name': inContainer('web', 'host'),
  'container.type': inContainer('containerd', 'host'),
  'container.privileged': inContainer(true, false),
}

function inContainer<T>(inside: T, outside: T): T[] {
  return [true, true, true, false, true, false, false, false, false].map(is => (is ? inside : outside))
}

/** The values of a name in each record of the worked trace. */
async function valuesOf(name: string): Promise<unknown[]> {
  const values: unknown[] = []
  await flattenTrace(writeTrace([...appendixATrace(), ...appendixAFurtherRecords()]), rows => {
    for (let row = 0; row < rows.length; row++) values.push(new RowView(SYSFLOW_ADAPTER, rows, row).value(name))
  })
  return values
}

test('check 44: every alias gives the value of its SysFlow name in every record', async () => {
  for (const [alias, name] of Object.entries(ALIASES)) {
    const values = await valuesOf(alias)
    assert.equal(values.length, 9)
    assert.ok(!values.includes(undefined), alias)
    assert.deepEqual(values, await valuesOf(name), alias)
  }
})

test('check 44, overruled: names of Falco with another meaning in Falco have that meaning', async () => {
  for (const [name, values] of Object.entries(OWN_MEANING)) assert.deepEqual(await valuesOf(name), values, name)
  const [exec] = await valuesOf('evt.type')
  assert.deepEqual(exec, ['EXEC', 'execve', 'execveat'])
  assert.deepEqual((await valuesOf('evt.dir'))[0], ['>', '<'])
})
