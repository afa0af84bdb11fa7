// SPDX-License-Identifier: Apache-2.0
import { constants } from 'node:os'
import { clockDifference, clockTimestamp } from '../../../../core/contract/clock.js'
import type { Dependence } from '../../../../core/contract/record-adapter.js'
import { OPERATION } from '../../avro/operation-flags.js'
import type { Container, Process } from '../../entities/entities.js'
import { dottedAddress } from '../derive/addresses.js'
import { ancestorCommandLine } from '../derive/command-lines.js'
import { containerTypeName, protocolName, resourceTypeName } from '../derive/names.js'
import { baseName, directoryName, splitSocketPath } from '../derive/paths.js'
import { systemCalls } from '../derive/system-calls.js'
import {
  ALL_TYPES,
  type AttributeDefinition,
  actorOf,
  booleanAttribute,
  CALL_TYPES,
  columnValue,
  FILE_EVENT_TYPES,
  FILE_TYPES,
  fileOf,
  isCall,
  isNetworkFlow,
  NETWORK_TYPES,
  numberAttribute,
  numbersAttribute,
  PROCESS_TYPES,
  type RecordAttribute,
  type Rows,
  secondFileOf,
  textAttribute,
  textsAttribute,
} from './attribute-definition.js'
import { lineage } from './process.js'

/**
 * Falco names whose meaning differs from that of a SysFlow attribute. They follow Falco's field reference: a whole path in
 * `fd.name`, the server in `fd.sip`, the command's name in `proc.cmdline`, `host` if there is no container.
 */
const define = (
  dependsOn: AttributeDefinition['dependsOn'],
  types: readonly string[],
  description: string,
): AttributeDefinition => ({ dependsOn, types: types, description })
/** In file records the value depends on the file, because it depends on the path. */
const defineByFile = (description: string, inNetwork: Dependence = 'row'): AttributeDefinition => ({
  ...define('row', [...FILE_TYPES, ...NETWORK_TYPES], description),
  dependsOnByType: { FF: 'file', FE: 'file', NF: inNetwork },
})
const defineByPath = (description: string): AttributeDefinition => ({
  ...define('row', FILE_TYPES, description),
  dependsOnByType: { FF: 'file', FE: 'file' },
})
const network = (description: string): AttributeDefinition => define('row', NETWORK_TYPES, description)
const container = (description: string): AttributeDefinition => define('actor', PROCESS_TYPES, description)

const ancestors = (description: string): AttributeDefinition => define('actor', PROCESS_TYPES, description)

// biome-ignore format: a table
export const FALCO_ATTRIBUTES: readonly RecordAttribute[] = [
  textsAttribute('evt.type', define('group', ALL_TYPES, 'Operation names (EXEC) and their system calls (execve, execveat).'), (r, i) => systemCalls(columnValue(r.opFlags, i), isNetworkFlow(r, i))),
  textsAttribute('evt.dir', define('group', ALL_TYPES, 'Event direction. Matches both directions, because a SysFlow record covers entry and exit of its calls.'), () => BOTH_DIRECTIONS),
  numberAttribute('evt.num', define('row', ALL_TYPES, 'Number of the record in its trace, starting with 1.'), (r, i) => r.firstRecordNumber + i),
  textAttribute('evt.time', define('row', ALL_TYPES, 'Start time in UTC: time of day and date, with nanoseconds.'), (r, i) => clockTimestamp(columnValue(r.tsHigh, i), columnValue(r.tsLow, i))),
  textAttribute('evt.res', define('row', CALL_TYPES, 'Result of the system call: SUCCESS or the name of the error (ENOENT).'), (r, i) => (isCall(r, i) ? errorName(columnValue(r.ret, i)) : 'SUCCESS')),
  textAttribute('evt.args', define('row', CALL_TYPES, 'Arguments of the system call, if recorded.'), (r, i) => callArgs(r, i).join(' ')),
  numberAttribute('evt.arg.uid', define('row', PROCESS_TYPES, 'Requested user of setuid; if not recorded, the user of the process.'), (r, i) => requestedUser(r, i)),
  textAttribute('evt.arg.name', defineByPath('Path argument of the system call.'), (r, i) => pathOf(r, i)),
  textAttribute('evt.arg.path', defineByPath('Path argument of the system call.'), (r, i) => pathOf(r, i)),
  textAttribute('evt.arg.filename', defineByPath('Path argument of the system call.'), (r, i) => pathOf(r, i)),
  textAttribute('evt.arg.oldpath', define('row', FILE_EVENT_TYPES, 'First path of a rename or link.'), (r, i) => (hasOperation(r, i, OPERATION.rename | OPERATION.link) ? pathOf(r, i) : '')),
  textAttribute('evt.arg.newpath', define('row', FILE_EVENT_TYPES, 'Second path of a rename or link.'), (r, i) => (hasOperation(r, i, OPERATION.rename | OPERATION.link) ? newPathOf(r, i) : '')),
  textAttribute('evt.arg.target', define('row', FILE_EVENT_TYPES, 'Target of a new symbolic link.'), (r, i) => (hasOperation(r, i, OPERATION.symlink) ? pathOf(r, i) : '')),
  textAttribute('evt.arg.linkpath', define('row', FILE_EVENT_TYPES, 'Path of a new symbolic link.'), (r, i) => (hasOperation(r, i, OPERATION.symlink) ? newPathOf(r, i) : '')),

  textAttribute('proc.cmdline', define('actor', PROCESS_TYPES, 'Process name and arguments, separated by a space.'), (r, i) => nameAndArgs(actorOf(r, i).process)),
  textAttribute('proc.exeline', define('actor', PROCESS_TYPES, 'Executable and arguments, separated by a space.'), (r, i) => ancestorCommandLine(actorOf(r, i).process.exe, actorOf(r, i).process.args)),
  textAttribute('proc.pcmdline', define('actor', PROCESS_TYPES, 'Name and arguments of the parent, separated by a space.'), (r, i) => nameAndArgs(actorOf(r, i).parent?.process)),
  textsAttribute('proc.aname', ancestors('Names of the ancestors, parent first. As index, 0 is the process and 1 its parent.'), (r, i) => lineage(actorOf(r, i).parent, nameOf), (r, i) => lineage(actorOf(r, i), nameOf)),
  { ...textsAttribute('proc.aexe', ancestors('Executables of the ancestors. As index, 0 is the process.'), (r, i) => lineage(actorOf(r, i).parent, p => p.exe), (r, i) => lineage(actorOf(r, i), p => p.exe)), aliases: ['proc.aexepath'] },
  textsAttribute('proc.acmdline', ancestors('Names and arguments of the ancestors. As index, 0 is the process.'), (r, i) => lineage(actorOf(r, i).parent, nameAndArgs), (r, i) => lineage(actorOf(r, i), nameAndArgs)),
  numbersAttribute('proc.apid', ancestors('PIDs of the ancestors. As index, 0 is the process.'), (r, i) => lineage(actorOf(r, i).parent, p => p.pid), (r, i) => lineage(actorOf(r, i), p => p.pid)),
  numberAttribute('proc.tty', define('actor', PROCESS_TYPES, 'Terminal of the process: 1 with a terminal, 0 without. SysFlow does not record which terminal.'), (r, i) => (actorOf(r, i).process.tty ? 1 : 0)),
  numberAttribute('proc.vpid', define('actor', PROCESS_TYPES, 'PID inside the container: 1 for the entry point of a container, else the PID on the host.'), (r, i) => (actorOf(r, i).process.entry ? 1 : actorOf(r, i).process.pid)),
  numberAttribute('proc.duration', define('row', PROCESS_TYPES, 'Age of the process at the time of the record, in nanoseconds; 0 if the process started before the capture.'), (r, i) => sinceClone(r, i)),

  textAttribute('fd.name', defineByFile('Full path of a file, or source:port->destination:port of a connection.'), (r, i) => (isNetworkFlow(r, i) ? connection(r, i) : filePath(r, i))),
  textAttribute('fd.filename', define('file', FILE_TYPES, 'File name without directory; empty if the file is unknown.'), (r, i) => { const path = filePath(r, i); return path === '' ? '' : baseName(path) }),
  textAttribute('fd.directory', define('file', FILE_TYPES, 'Directory of the file; empty if the file is unknown.'), (r, i) => { const path = filePath(r, i); return path === '' ? '' : directoryName(path) }),
  textAttribute('fd.typechar', defineByFile('Type as a letter: f file, d directory, 4 IPv4 connection, u Unix socket, p pipe.', 'group'), (r, i) => (isNetworkFlow(r, i) ? '4' : resourceTypeName(fileOf(r, i).resourceType))),
  textAttribute('fd.type', defineByFile('Type: file, directory, ipv4, unix, pipe, event, signalfd, eventpoll or inotify; empty if unknown.', 'group'), (r, i) => FD_TYPES.get(isNetworkFlow(r, i) ? '4' : resourceTypeName(fileOf(r, i).resourceType)) ?? ''),
  { name: 'fd.l4proto', aliases: ['fd.proto', 'fd.lproto', 'fd.rproto', 'fd.sproto', 'fd.cproto'], type: 'text', dependsOn: 'row', recordTypes: NETWORK_TYPES, description: 'Protocol: icmp, tcp, udp or raw.', read: (r, i) => (isNetworkFlow(r, i) ? protocolName(columnValue(r.protocol, i)) : '') },
  textAttribute('fd.sip', network('Server address (destination of the connection).'), (r, i) => (isNetworkFlow(r, i) ? dottedAddress(columnValue(r.targetIp, i)) : '')),
  numberAttribute('fd.sport', network('Server port.'), (r, i) => (isNetworkFlow(r, i) ? columnValue(r.targetPort, i) : 0)),
  textAttribute('fd.cip', network('Client address (source of the connection).'), (r, i) => (isNetworkFlow(r, i) ? dottedAddress(columnValue(r.sourceIp, i)) : '')),
  numberAttribute('fd.cport', network('Client port.'), (r, i) => (isNetworkFlow(r, i) ? columnValue(r.sourcePort, i) : 0)),
  textAttribute('fd.lip', network('Local address.'), (r, i) => (isNetworkFlow(r, i) ? dottedAddress(isAccepted(r, i) ? columnValue(r.targetIp, i) : columnValue(r.sourceIp, i)) : '')),
  numberAttribute('fd.lport', network('Local port.'), (r, i) => (isNetworkFlow(r, i) ? (isAccepted(r, i) ? columnValue(r.targetPort, i) : columnValue(r.sourcePort, i)) : 0)),
  textAttribute('fd.rip', network('Remote address.'), (r, i) => (isNetworkFlow(r, i) ? dottedAddress(isAccepted(r, i) ? columnValue(r.sourceIp, i) : columnValue(r.targetIp, i)) : '')),
  numberAttribute('fd.rport', network('Remote port.'), (r, i) => (isNetworkFlow(r, i) ? (isAccepted(r, i) ? columnValue(r.sourcePort, i) : columnValue(r.targetPort, i)) : 0)),
  textAttribute('sf.res', define('row', [...FILE_TYPES, ...NETWORK_TYPES], 'Object of the record: a connection, a path, or two paths.'), (r, i) => resource(r, i)),

  textAttribute('container.type', container('Container runtime in Falco spelling (docker, containerd, cri-o, ...); "host" outside containers.'), (r, i) => FALCO_CONTAINER_TYPES.get(actorOf(r, i).container.type) ?? containerTypeName(actorOf(r, i).container.type).toLowerCase()),
  textAttribute('container.id', container('Id of the container; "host" outside containers.'), (r, i) => orHost(r, i, one => one.id)),
  textAttribute('container.name', container('Name of the container; "host" outside containers.'), (r, i) => orHost(r, i, one => one.name)),
  booleanAttribute('container.privileged', container('Whether the container is privileged.'), (r, i) => actorOf(r, i).container.privileged),
  textAttribute('container.image.repository', container('Image without tag and digest.'), (r, i) => imageParts(actorOf(r, i).container.image).repository),
  textAttribute('container.image.tag', container('Tag of the image.'), (r, i) => imageParts(actorOf(r, i).container.image).tag),
  textAttribute('container.image.digest', container('Digest of the image, if the image name contains it.'), (r, i) => imageParts(actorOf(r, i).container.image).digest),
]

/** Falco container types that are not SysFlow's name in lower case, by container type number. */
const FALCO_CONTAINER_TYPES: ReadonlyMap<number, string> = new Map([
  [2, 'libvirt-lxc'],
  [8, 'cri-o'],
])

const nameOf = ({ exe }: Process): string => baseName(exe)

const BOTH_DIRECTIONS: readonly string[] = ['>', '<']

const FD_TYPES: ReadonlyMap<string, string> = new Map([
  ['f', 'file'],
  ['d', 'directory'],
  ['4', 'ipv4'],
  ['6', 'ipv6'],
  ['u', 'unix'],
  ['p', 'pipe'],
  ['e', 'event'],
  ['s', 'signalfd'],
  ['l', 'eventpoll'],
  ['i', 'inotify'],
  ['o', 'other'],
])

const ERROR_NAMES: ReadonlyMap<number, string> = new Map(Object.entries(constants.errno).map(([name, code]) => [code, name]))

const errorName = (result: number): string => (result >= 0 ? 'SUCCESS' : (ERROR_NAMES.get(-result) ?? String(result)))

const callArgs = (rows: Rows, row: number): readonly string[] => (isCall(rows, row) ? (rows.callArgs[row] ?? []) : [])

function requestedUser(rows: Rows, row: number): number {
  const given = columnValue(rows.opFlags, row) & OPERATION.setuid ? Number(callArgs(rows, row)[0]) : Number.NaN
  return Number.isSafeInteger(given) ? given : actorOf(rows, row).process.uid
}

const hasOperation = (rows: Rows, row: number, bits: number): boolean => (columnValue(rows.opFlags, row) & bits) !== 0
const filePath = (rows: Rows, row: number): string => splitSocketPath(fileOf(rows, row).path).path
const pathOf = filePath
const newPathOf = (rows: Rows, row: number): string => splitSocketPath(secondFileOf(rows, row).path).path

const connection = (rows: Rows, row: number): string =>
  `${dottedAddress(columnValue(rows.sourceIp, row))}:${columnValue(rows.sourcePort, row)}->${dottedAddress(columnValue(rows.targetIp, row))}:${columnValue(rows.targetPort, row)}`

function resource(rows: Rows, row: number): string {
  if (isNetworkFlow(rows, row)) {
    return `${dottedAddress(columnValue(rows.sourceIp, row))}:${columnValue(rows.sourcePort, row)}-${dottedAddress(columnValue(rows.targetIp, row))}:${columnValue(rows.targetPort, row)}`
  }
  const second = secondFileOf(rows, row)
  return second.isKnown ? `${fileOf(rows, row).path}, ${second.path}` : fileOf(rows, row).path
}

const isAccepted = (rows: Rows, row: number): boolean => hasOperation(rows, row, OPERATION.accept)

const nameAndArgs = (process: { readonly exe: string; readonly args: string; readonly isKnown: boolean } | undefined): string =>
  process?.isKnown ? ancestorCommandLine(baseName(process.exe), process.args) : ''

function sinceClone(rows: Rows, row: number): number {
  const { createHigh, createLow } = actorOf(rows, row).process
  if (createHigh === 0 && createLow === 0) return 0
  return clockDifference(columnValue(rows.tsHigh, row), columnValue(rows.tsLow, row), createHigh, createLow)
}

function orHost(rows: Rows, row: number, value: (container: Container) => string): string {
  const { container } = actorOf(rows, row)
  return container.isKnown ? value(container) : 'host'
}

/** `registry:5000/team/web:1.2@sha256:…` → repository, tag and digest; a colon before the last slash precedes a port. */
function imageParts(image: string): { repository: string; tag: string; digest: string } {
  const digestAt = image.indexOf('@')
  const digest = digestAt < 0 ? '' : image.slice(digestAt + 1)
  const named = digestAt < 0 ? image : image.slice(0, digestAt)
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1)
  return { repository: colon < 0 ? named : named.slice(0, colon), tag: colon < 0 ? '' : named.slice(colon + 1), digest }
}
