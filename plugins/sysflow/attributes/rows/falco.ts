// SPDX-License-Identifier: Apache-2.0
import { constants } from 'node:os'
import type { Dependence } from '../../../../core/contract/source.js'
import type { Container, Process } from '../../entities/entities.js'
import { OPERATION } from '../../avro/operation-flags.js'
import { dottedAddress } from '../derive/addresses.js'
import { clockDifference, clockTimestamp } from '../../../../core/contract/clock.js'
import { ancestorCommandLine } from '../derive/command-lines.js'
import { containerTypeName, protocolName, resourceTypeName } from '../derive/names.js'
import { baseName, directoryName, splitSocketPath } from '../derive/paths.js'
import { systemCalls } from '../derive/system-calls.js'
import { lineage } from './process.js'
import {
  ALL,
  actorOf,
  at,
  BY_PROCESS,
  boolean,
  CALLS,
  type Facts,
  FILE_EVENT,
  FILES,
  fileOf,
  isCall,
  isNetworkFlow,
  NETWORK,
  number,
  numbers,
  type RecordAttribute,
  type Rows,
  secondFileOf,
  text,
  texts,
} from './row.js'

/**
 * Names of Falco whose meaning is not that of a SysFlow attribute. They mean what Falco's field reference says: a whole path
 * in `fd.name`, the server in `fd.sip`, the command's name in `proc.cmdline`, `host` where there is no container.
 */
const about = (on: Facts['on'], types: readonly string[], says: string): Facts => ({ on, for: types, says })
/** In files decided by the path, which is the file's. */
const byFile = (says: string, inNetwork: Dependence = 'row'): Facts => ({
  ...about('row', [...FILES, ...NETWORK], says),
  inside: { FF: 'file', FE: 'file', NF: inNetwork },
})
const byPath = (says: string): Facts => ({ ...about('row', FILES, says), inside: { FF: 'file', FE: 'file' } })
const network = (says: string): Facts => about('row', NETWORK, says)
const container = (says: string): Facts => about('actor', BY_PROCESS, says)

const ancestors = (says: string): Facts => about('actor', BY_PROCESS, says)

// biome-ignore format: a table
export const FALCO_ATTRIBUTES: readonly RecordAttribute[] = [
  texts('evt.type', about('group', ALL, 'Operation names (EXEC) and the system calls that they stand for (execve, execveat).'), (r, i) => systemCalls(at(r.opFlags, i), isNetworkFlow(r, i))),
  texts('evt.dir', about('group', ALL, 'Both directions: a SysFlow record covers entry and exit of its calls.'), () => BOTH_DIRECTIONS),
  number('evt.num', about('row', ALL, 'Number of the record in its trace, from 1.'), (r, i) => r.firstNumber + i),
  text('evt.time', about('row', ALL, 'Start as a UTC time of day and date, with nanoseconds.'), (r, i) => clockTimestamp(at(r.tsHigh, i), at(r.tsLow, i))),
  text('evt.res', about('row', CALLS, 'SUCCESS, or the name of the error that the call returned (ENOENT).'), (r, i) => (isCall(r, i) ? errorName(at(r.ret, i)) : 'SUCCESS')),
  text('evt.args', about('row', CALLS, 'Arguments of the call, where the collector recorded them.'), (r, i) => callArgs(r, i).join(' ')),
  number('evt.arg.uid', about('row', BY_PROCESS, 'User that setuid asked for; the user of the process where that is not recorded.'), (r, i) => requestedUser(r, i)),
  text('evt.arg.name', byPath('Path that the call was given.'), (r, i) => pathOf(r, i)),
  text('evt.arg.path', byPath('Path that the call was given.'), (r, i) => pathOf(r, i)),
  text('evt.arg.filename', byPath('Path that the call was given.'), (r, i) => pathOf(r, i)),
  text('evt.arg.oldpath', about('row', FILE_EVENT, 'First path of a rename or link.'), (r, i) => (hasOperation(r, i, OPERATION.rename | OPERATION.link) ? pathOf(r, i) : '')),
  text('evt.arg.newpath', about('row', FILE_EVENT, 'Second path of a rename or link.'), (r, i) => (hasOperation(r, i, OPERATION.rename | OPERATION.link) ? newPathOf(r, i) : '')),
  text('evt.arg.target', about('row', FILE_EVENT, 'What a new symbolic link points to.'), (r, i) => (hasOperation(r, i, OPERATION.symlink) ? pathOf(r, i) : '')),
  text('evt.arg.linkpath', about('row', FILE_EVENT, 'Where a new symbolic link lies.'), (r, i) => (hasOperation(r, i, OPERATION.symlink) ? newPathOf(r, i) : '')),

  text('proc.cmdline', about('actor', BY_PROCESS, 'Name of the process and, if there are any, a blank and the arguments.'), (r, i) => nameAndArgs(actorOf(r, i).process)),
  text('proc.exeline', about('actor', BY_PROCESS, 'Executable and, if there are any, a blank and the arguments.'), (r, i) => ancestorCommandLine(actorOf(r, i).process.exe, actorOf(r, i).process.args)),
  text('proc.pcmdline', about('actor', BY_PROCESS, 'Name of the parent and, if there are any, a blank and its arguments.'), (r, i) => nameAndArgs(actorOf(r, i).parent?.process)),
  texts('proc.aname', ancestors('Names of the ancestors, the parent first; with an index 0 is the process, 1 its parent.'), (r, i) => lineage(actorOf(r, i).parent, nameOf), (r, i) => lineage(actorOf(r, i), nameOf)),
  { ...texts('proc.aexe', ancestors('Executables of the ancestors; with an index 0 is the process.'), (r, i) => lineage(actorOf(r, i).parent, p => p.exe), (r, i) => lineage(actorOf(r, i), p => p.exe)), aliases: ['proc.aexepath'] },
  texts('proc.acmdline', ancestors('Names and arguments of the ancestors; with an index 0 is the process.'), (r, i) => lineage(actorOf(r, i).parent, nameAndArgs), (r, i) => lineage(actorOf(r, i), nameAndArgs)),
  numbers('proc.apid', ancestors('PIDs of the ancestors; with an index 0 is the process.'), (r, i) => lineage(actorOf(r, i).parent, p => p.pid), (r, i) => lineage(actorOf(r, i), p => p.pid)),
  number('proc.tty', about('actor', BY_PROCESS, '1 with a terminal, 0 without: SysFlow does not record which.'), (r, i) => (actorOf(r, i).process.tty ? 1 : 0)),
  number('proc.vpid', about('actor', BY_PROCESS, '1 for the entry point of a container, else the PID on the host.'), (r, i) => (actorOf(r, i).process.entry ? 1 : actorOf(r, i).process.pid)),
  number('proc.duration', about('row', BY_PROCESS, 'Nanoseconds from the clone of the process to the record; 0 if the clone came before the capture.'), (r, i) => sinceClone(r, i)),

  text('fd.name', byFile('Whole path of a file; source:port->destination:port of a connection.'), (r, i) => (isNetworkFlow(r, i) ? connection(r, i) : filePath(r, i))),
  text('fd.filename', about('file', FILES, 'Last element of the path; empty if no file is known.'), (r, i) => { const path = filePath(r, i); return path === '' ? '' : baseName(path) }),
  text('fd.directory', about('file', FILES, 'Directory part of the path; empty if no file is known.'), (r, i) => { const path = filePath(r, i); return path === '' ? '' : directoryName(path) }),
  text('fd.typechar', byFile('f file, d directory, 4 IPv4 connection, u Unix socket, p pipe.', 'group'), (r, i) => (isNetworkFlow(r, i) ? '4' : resourceTypeName(fileOf(r, i).resourceType))),
  text('fd.type', byFile('file, directory, ipv4, unix, pipe, event, signalfd, eventpoll, inotify; empty if unknown.', 'group'), (r, i) => FD_TYPES.get(isNetworkFlow(r, i) ? '4' : resourceTypeName(fileOf(r, i).resourceType)) ?? ''),
  { name: 'fd.l4proto', aliases: ['fd.proto', 'fd.lproto', 'fd.rproto', 'fd.sproto', 'fd.cproto'], type: 'text', dependsOn: 'row', types: NETWORK, description: 'Protocol: icmp, tcp, udp or raw.', read: (r, i) => (isNetworkFlow(r, i) ? protocolName(at(r.protocol, i)) : '') },
  text('fd.sip', network('Address of the server: the side that was connected to.'), (r, i) => (isNetworkFlow(r, i) ? dottedAddress(at(r.targetIp, i)) : '')),
  number('fd.sport', network('Port of the server.'), (r, i) => (isNetworkFlow(r, i) ? at(r.targetPort, i) : 0)),
  text('fd.cip', network('Address of the client: the side that connected.'), (r, i) => (isNetworkFlow(r, i) ? dottedAddress(at(r.sourceIp, i)) : '')),
  number('fd.cport', network('Port of the client.'), (r, i) => (isNetworkFlow(r, i) ? at(r.sourcePort, i) : 0)),
  text('fd.lip', network('Address on the side of the process.'), (r, i) => (isNetworkFlow(r, i) ? dottedAddress(accepted(r, i) ? at(r.targetIp, i) : at(r.sourceIp, i)) : '')),
  number('fd.lport', network('Port on the side of the process.'), (r, i) => (isNetworkFlow(r, i) ? (accepted(r, i) ? at(r.targetPort, i) : at(r.sourcePort, i)) : 0)),
  text('fd.rip', network('Address of the other side.'), (r, i) => (isNetworkFlow(r, i) ? dottedAddress(accepted(r, i) ? at(r.sourceIp, i) : at(r.targetIp, i)) : '')),
  number('fd.rport', network('Port of the other side.'), (r, i) => (isNetworkFlow(r, i) ? (accepted(r, i) ? at(r.sourcePort, i) : at(r.targetPort, i)) : 0)),
  text('sf.res', about('row', [...FILES, ...NETWORK], 'What the record is about: a connection, a path, or two paths.'), (r, i) => resource(r, i)),

  text('container.type', container('docker, containerd, cri-o, ... as Falco spells it; "host" outside containers.'), (r, i) => FALCO_CONTAINER_TYPES.get(actorOf(r, i).container.type) ?? containerTypeName(actorOf(r, i).container.type).toLowerCase()),
  text('container.id', container('Id of the container; "host" outside containers.'), (r, i) => orHost(r, i, one => one.id)),
  text('container.name', container('Name of the container; "host" outside containers.'), (r, i) => orHost(r, i, one => one.name)),
  boolean('container.privileged', container('The container is privileged.'), (r, i) => actorOf(r, i).container.privileged),
  text('container.image.repository', container('Image without tag and digest.'), (r, i) => imageParts(actorOf(r, i).container.image).repository),
  text('container.image.tag', container('Tag of the image.'), (r, i) => imageParts(actorOf(r, i).container.image).tag),
  text('container.image.digest', container('Digest of the image, where the image was named by it.'), (r, i) => imageParts(actorOf(r, i).container.image).digest),
]

/** Where Falco's word is not SysFlow's in lower case, by container type number. */
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
  const given = at(rows.opFlags, row) & OPERATION.setuid ? Number(callArgs(rows, row)[0]) : Number.NaN
  return Number.isSafeInteger(given) ? given : actorOf(rows, row).process.uid
}

const hasOperation = (rows: Rows, row: number, bits: number): boolean => (at(rows.opFlags, row) & bits) !== 0
const filePath = (rows: Rows, row: number): string => splitSocketPath(fileOf(rows, row).path).path
const pathOf = filePath
const newPathOf = (rows: Rows, row: number): string => splitSocketPath(secondFileOf(rows, row).path).path

const connection = (rows: Rows, row: number): string =>
  `${dottedAddress(at(rows.sourceIp, row))}:${at(rows.sourcePort, row)}->${dottedAddress(at(rows.targetIp, row))}:${at(rows.targetPort, row)}`

function resource(rows: Rows, row: number): string {
  if (isNetworkFlow(rows, row)) {
    return `${dottedAddress(at(rows.sourceIp, row))}:${at(rows.sourcePort, row)}-${dottedAddress(at(rows.targetIp, row))}:${at(rows.targetPort, row)}`
  }
  const second = secondFileOf(rows, row)
  return second.known ? `${fileOf(rows, row).path}, ${second.path}` : fileOf(rows, row).path
}

const accepted = (rows: Rows, row: number): boolean => hasOperation(rows, row, OPERATION.accept)

const nameAndArgs = (process: { readonly exe: string; readonly args: string; readonly known: boolean } | undefined): string =>
  process?.known ? ancestorCommandLine(baseName(process.exe), process.args) : ''

function sinceClone(rows: Rows, row: number): number {
  const { createHigh, createLow } = actorOf(rows, row).process
  if (createHigh === 0 && createLow === 0) return 0
  return clockDifference(at(rows.tsHigh, row), at(rows.tsLow, row), createHigh, createLow)
}

function orHost(rows: Rows, row: number, value: (container: Container) => string): string {
  const { container } = actorOf(rows, row)
  return container.known ? value(container) : 'host'
}

/** `registry:5000/team/web:1.2@sha256:…` → repository, tag and digest; a colon before the last slash belongs to a port. */
function imageParts(image: string): { repository: string; tag: string; digest: string } {
  const digestAt = image.indexOf('@')
  const digest = digestAt < 0 ? '' : image.slice(digestAt + 1)
  const named = digestAt < 0 ? image : image.slice(0, digestAt)
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1)
  return { repository: colon < 0 ? named : named.slice(0, colon), tag: colon < 0 ? '' : named.slice(colon + 1), digest }
}
