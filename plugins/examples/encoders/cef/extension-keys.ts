// SPDX-License-Identifier: Apache-2.0
import type { RecordView } from 'sfprocessor/plugin'
import { mostSevereRule } from './severity.js'

/** The definition of one extension key. */
export interface ExtensionKey {
  readonly key: string
  /** Label of a key whose name does not state its meaning. */
  readonly label?: string
  /** Record types that have the key; absent: all. */
  readonly types?: string
  /** Maximum number of characters that the format allows. */
  readonly maxLength?: number
  /** The value; an empty text omits the key. */
  value(record: RecordView): string
}

const from =
  (attribute: string) =>
  (record: RecordView): string =>
    record.text(attribute).trim()

/** A count; 0 is omitted. */
const count =
  (attribute: string) =>
  (record: RecordView): string =>
    record.value(attribute) === 0 ? '' : record.text(attribute)

/** Milliseconds since 1970. */
const milliseconds =
  (attribute: string) =>
  (record: RecordView): string => {
    const nanos = record.value(attribute)
    return typeof nanos === 'bigint' && nanos > 0n ? String(nanos / 1_000_000n) : ''
  }

const address =
  (attribute: string) =>
  (record: RecordView): string =>
    /^\d+(\.\d+){3}$/.test(record.text(attribute)) ? record.text(attribute) : ''

const PROTOCOLS: Readonly<Record<string, string>> = { 1: 'ICMP', 6: 'TCP', 17: 'UDP' }
const protocol = (record: RecordView): string => PROTOCOLS[record.text('sf.net.proto')] ?? count('sf.net.proto')(record)

const isSuccess = (record: RecordView): string => (Number(record.value('sf.ret')) < 0 ? 'failure' : 'success')

/** For a record about two files, the path is that of the new file, as in `rename old new`. */
const path = (record: RecordView): string => record.text('sf.file.newpath') || record.text('sf.file.path')
const oldPath = (record: RecordView): string => (record.text('sf.file.newpath') === '' ? '' : record.text('sf.file.path'))
const file = (record: RecordView): string => path(record).replace(/^.*\//s, '')

const pod = (record: RecordView): string =>
  record.text('sf.pod.name') === '' ? '' : `${record.text('sf.pod.namespace')}/${record.text('sf.pod.name')}`

/** The extension keys in output order, as README.md documents them. */
export const EXTENSION_KEYS: readonly ExtensionKey[] = [
  { key: 'rt', value: milliseconds('sf.ts') },
  { key: 'end', types: 'NF FF', value: milliseconds('sf.endts') },
  { key: 'dvchost', maxLength: 100, value: from('sf.node.id') },
  { key: 'dvc', value: address('sf.node.ip') },
  { key: 'cat', value: from('sf.type') },
  { key: 'act', types: 'PE NF FF FE', maxLength: 63, value: from('sf.opflags') },
  { key: 'act', types: 'KE', maxLength: 63, value: from('sf.ke.action') },
  { key: 'outcome', types: 'PE FE', value: isSuccess },
  { key: 'cn1', label: 'returnValue', types: 'PE FE', value: record => record.text('sf.ret') },
  { key: 'suser', types: 'PE NF FF FE', maxLength: 1023, value: from('sf.proc.user') },
  { key: 'suid', types: 'PE NF FF FE', value: from('sf.proc.uid') },
  { key: 'sproc', types: 'PE NF FF FE', maxLength: 1023, value: from('sf.proc.exe') },
  { key: 'spid', types: 'PE NF FF FE', value: count('sf.proc.pid') },
  { key: 'cs1', label: 'commandLine', types: 'PE NF FF FE', maxLength: 4000, value: from('sf.proc.cmdline') },
  { key: 'cs2', label: 'parentCommandLine', types: 'PE NF FF FE', maxLength: 4000, value: from('sf.pproc.cmdline') },
  { key: 'cn2', label: 'parentPid', types: 'PE NF FF FE', value: count('sf.pproc.pid') },
  { key: 'fname', types: 'FF FE', maxLength: 1023, value: file },
  { key: 'filePath', types: 'FF FE', maxLength: 1023, value: path },
  { key: 'oldFilePath', types: 'FE', maxLength: 1023, value: oldPath },
  { key: 'src', types: 'NF', value: address('sf.net.sip') },
  { key: 'spt', types: 'NF', value: from('sf.net.sport') },
  { key: 'dst', types: 'NF', value: address('sf.net.dip') },
  { key: 'dpt', types: 'NF', value: from('sf.net.dport') },
  { key: 'proto', types: 'NF', value: protocol },
  { key: 'in', types: 'NF FF', value: count('sf.flow.rbytes') },
  { key: 'out', types: 'NF FF', value: count('sf.flow.wbytes') },
  { key: 'cs3', label: 'container', types: 'PE NF FF FE', maxLength: 4000, value: from('sf.container.name') },
  { key: 'cs4', label: 'image', types: 'PE NF FF FE', maxLength: 4000, value: from('sf.container.image') },
  { key: 'cs5', label: 'pod', types: 'PE NF FF FE', maxLength: 4000, value: pod },
  { key: 'cs5', label: 'component', types: 'KE', maxLength: 4000, value: from('sf.ke.kind') },
  { key: 'msg', types: 'PE NF FF FE', maxLength: 1023, value: record => mostSevereRule(record)?.description.trim() ?? '' },
  { key: 'msg', types: 'KE', maxLength: 1023, value: from('sf.ke.message') },
  { key: 'flexString1', label: 'rules', maxLength: 1023, value: ({ matches }) => (matches?.rules ?? []).map(({ name }) => name).join(',') },
  { key: 'cs6', label: 'tags', maxLength: 4000, value: ({ matches }) => [...new Set([...(matches?.contextTags ?? []), ...(matches?.rules ?? []).flatMap(({ tags }) => tags)])].join(',') },
] // biome-ignore format: a table
