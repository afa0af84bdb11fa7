// SPDX-License-Identifier: Apache-2.0
import { fakeAttributeSet } from '../../../core/policy/testing/fake-attribute-set.js'

export const RECORD_TYPES: readonly string[] = ['PE', 'NF', 'FF', 'FE', 'KE']

/** Some SysFlow attributes of every type, some names that SysFlow lacks, and some deprecated names. */
export const SOME_SYSFLOW_NAMES = fakeAttributeSet({
  attributes: {
    text: `sf.type sf.proc.exe sf.proc.name sf.proc.args sf.proc.user sf.proc.cmdline sf.pproc.name sf.pproc.exe sf.file.path
      sf.file.directory sf.container.name proc.name=sf.proc.name proc.exe=sf.proc.exe fd.name=sf.file.path`,
    number: 'sf.proc.uid sf.proc.pid sf.ret sf.net.dport sf.flow.rbytes fd.dport=sf.net.dport proc.pid=sf.proc.pid',
    boolean: 'sf.proc.tty sf.file.is_open_write proc.tty=sf.proc.tty',
    clock: 'sf.ts evt.rawtime=sf.ts',
    texts: 'sf.opflags sf.proc.aname sf.file.openflags proc.aname=sf.proc.aname evt.type=sf.opflags',
    numbers: 'sf.proc.apid sf.net.port fd.port=sf.net.port',
    json: 'sf.ke.message sf.pod.services',
  },
  unsupported: { 'user.loginuid': 'SysFlow records no login user id', 'evt.num': 'SysFlow does not number its records' },
  renamed: { 'sf.is_open_write': 'sf.file.is_open_write' },
})
