// SPDX-License-Identifier: Apache-2.0
import type { Actor, Process } from '../../entities/entities.js'
import { OBJECT_STATES } from '../../entities/entities.js'
import { ancestorCommandLine, ownCommandLine } from '../derive/command-lines.js'
import { baseName } from '../derive/paths.js'
import { processOid } from '../derive/xxh64.js'
import {
  type AttributeDefinition,
  actorOf,
  booleanAttribute,
  clockAttribute,
  columnValue,
  isKubernetes,
  numberAttribute,
  PROCESS_TYPES,
  type RecordAttribute,
  type Rows,
  textAttribute,
  textsAttribute,
} from './attribute-definition.js'

const ofProcess = (description: string, ...aliases: string[]): AttributeDefinition => ({
  dependsOn: 'actor',
  types: PROCESS_TYPES,
  description,
  aliases,
})
const processOf = (rows: Rows, row: number): Process => actorOf(rows, row).process
const parentOf = (rows: Rows, row: number): Process | undefined => actorOf(rows, row).parent?.process

const commandLine = (process: Process): string => ancestorCommandLine(process.exe, process.args)

/** Values of `actor`, its parent, and so on. Missing and unknown ancestors have no value. */
export function lineage<V>(actor: Actor | null, value: (process: Process) => V): V[] {
  const values: V[] = []
  if (!actor?.process.isKnown) return values
  for (let one: Actor | null = actor; one !== null; one = one.parent) values.push(value(one.process))
  return values
}

/** The acting process, its parent and its ancestors. */
// biome-ignore format: a table
export const PROCESS_ATTRIBUTES: readonly RecordAttribute[] = [
  textAttribute('sf.proc.oid', ofProcess('Object id of the process: 16 hex digits, from PID and creation time.'), (r, i) => processOid(processOf(r, i).createHigh, processOf(r, i).createLow, processOf(r, i).pid)),
  numberAttribute('sf.proc.pid', ofProcess('Process id on the host.', 'proc.pid'), (r, i) => processOf(r, i).pid),
  numberAttribute('sf.proc.tid', { dependsOn: 'row', types: PROCESS_TYPES, description: 'Thread id; the main thread has the PID.', aliases: ['proc.tid', 'thread.tid'] }, (r, i) => (isKubernetes(r, i) ? 0 : columnValue(r.tid, i))),
  numberAttribute('sf.proc.uid', ofProcess('Numeric user id.', 'proc.uid', 'user.uid'), (r, i) => processOf(r, i).uid),
  textAttribute('sf.proc.user', ofProcess('User name.', 'proc.user', 'user.name'), (r, i) => processOf(r, i).userName),
  numberAttribute('sf.proc.gid', ofProcess('Numeric group id.', 'proc.gid', 'group.gid'), (r, i) => processOf(r, i).gid),
  textAttribute('sf.proc.group', ofProcess('Group name.', 'proc.group', 'group.name'), (r, i) => processOf(r, i).groupName),
  textAttribute('sf.proc.name', ofProcess('File name of the executable; "." if the process is unknown.', 'proc.name'), (r, i) => baseName(processOf(r, i).exe)),
  textAttribute('sf.proc.exe', ofProcess('Path of the executable, as recorded.', 'proc.exe', 'proc.exepath'), (r, i) => processOf(r, i).exe),
  textAttribute('sf.proc.args', ofProcess('Arguments, separated by spaces.', 'proc.args'), (r, i) => processOf(r, i).args),
  textAttribute('sf.proc.cmdline', ofProcess('Executable and arguments, separated by a space. Without arguments, it ends with a space.'), (r, i) => ownCommandLine(processOf(r, i).exe, processOf(r, i).args)),
  clockAttribute('sf.proc.createts', ofProcess('Start time of the process (clone), in nanoseconds since 1970; 0 if it started before the capture.', 'proc.createtime', 'proc.pid.ts'), (r, i) => processOf(r, i).createHigh, (r, i) => processOf(r, i).createLow),
  booleanAttribute('sf.proc.tty', ofProcess('Whether the process has a terminal.'), (r, i) => processOf(r, i).tty),
  booleanAttribute('sf.proc.entry', ofProcess('Whether the process is the entry point of its container or of the host.'), (r, i) => processOf(r, i).entry),
  textAttribute('sf.proc.cwd', ofProcess('Current directory. Empty before format version 5.', 'proc.cwd'), (r, i) => processOf(r, i).cwd),
  textsAttribute('sf.proc.env', ofProcess('Environment variables as NAME=value. Empty before format version 5.', 'proc.env'), (r, i) => processOf(r, i).env),
  textAttribute('sf.proc.state', ofProcess('State of the newest record of the process: CREATED, MODIFIED or REUP; empty if the process is unknown.'), (r, i) => (processOf(r, i).isKnown ? (OBJECT_STATES[processOf(r, i).state] ?? '') : '')),
  textsAttribute('sf.proc.aname', ofProcess('Names of the process and its ancestors, process first.'), (r, i) => lineage(actorOf(r, i), p => baseName(p.exe))),
  textsAttribute('sf.proc.aexe', ofProcess('Executables of the process and its ancestors.'), (r, i) => lineage(actorOf(r, i), p => p.exe)),
  textsAttribute('sf.proc.acmdline', ofProcess('Command lines of the process and its ancestors.'), (r, i) => lineage(actorOf(r, i), commandLine)),
  { name: 'sf.proc.apid', aliases: [], type: 'numbers', dependsOn: 'actor', recordTypes: PROCESS_TYPES, description: 'PIDs of the process and its ancestors.', read: (r, i) => lineage(actorOf(r, i), p => p.pid) },

  textAttribute('sf.pproc.oid', ofProcess('Object id of the parent process.'), (r, i) => processOid(processOf(r, i).parentCreateHigh, processOf(r, i).parentCreateLow, processOf(r, i).parentPid)),
  numberAttribute('sf.pproc.pid', ofProcess('PID of the parent. It is known even if the parent record is missing.', 'proc.ppid'), (r, i) => processOf(r, i).parentPid),
  clockAttribute('sf.pproc.createts', ofProcess('Start time of the parent (clone).', 'proc.pcreatetime', 'proc.ppid.ts'), (r, i) => processOf(r, i).parentCreateHigh, (r, i) => processOf(r, i).parentCreateLow),
  numberAttribute('sf.pproc.uid', ofProcess('Numeric user id of the parent.', 'proc.puid'), (r, i) => parentOf(r, i)?.uid ?? 0),
  textAttribute('sf.pproc.user', ofProcess('User name of the parent.', 'proc.puser'), (r, i) => parentOf(r, i)?.userName ?? ''),
  numberAttribute('sf.pproc.gid', ofProcess('Numeric group id of the parent.', 'proc.pgid'), (r, i) => parentOf(r, i)?.gid ?? 0),
  textAttribute('sf.pproc.group', ofProcess('Group name of the parent.', 'proc.pgroup'), (r, i) => parentOf(r, i)?.groupName ?? ''),
  textAttribute('sf.pproc.name', ofProcess('File name of the parent executable; empty if the parent is unknown.', 'proc.pname'), (r, i) => { const parent = parentOf(r, i); return parent ? baseName(parent.exe) : '' }),
  textAttribute('sf.pproc.exe', ofProcess('Executable of the parent.', 'proc.pexe', 'proc.pexepath'), (r, i) => parentOf(r, i)?.exe ?? ''),
  textAttribute('sf.pproc.args', ofProcess('Arguments of the parent.', 'proc.pargs'), (r, i) => parentOf(r, i)?.args ?? ''),
  textAttribute('sf.pproc.cmdline', ofProcess('Executable and arguments of the parent, separated by a space.'), (r, i) => { const parent = parentOf(r, i); return parent ? commandLine(parent) : '' }),
  booleanAttribute('sf.pproc.tty', ofProcess('Whether the parent has a terminal.', 'proc.ptty'), (r, i) => parentOf(r, i)?.tty ?? false),
  booleanAttribute('sf.pproc.entry', ofProcess('Whether the parent is an entry point.'), (r, i) => parentOf(r, i)?.entry ?? false),
  textAttribute('sf.pproc.cwd', ofProcess('Current directory of the parent.'), (r, i) => parentOf(r, i)?.cwd ?? ''),
  textsAttribute('sf.pproc.env', ofProcess('Environment variables of the parent.'), (r, i) => parentOf(r, i)?.env ?? NONE),
]

const NONE: readonly string[] = []
