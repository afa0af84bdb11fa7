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
  textAttribute('sf.proc.oid', ofProcess('Identity of the process: 16 hex digits made of PID and creation time.'), (r, i) => processOid(processOf(r, i).createHigh, processOf(r, i).createLow, processOf(r, i).pid)),
  numberAttribute('sf.proc.pid', ofProcess('Process id on the host.', 'proc.pid'), (r, i) => processOf(r, i).pid),
  numberAttribute('sf.proc.tid', { dependsOn: 'row', types: PROCESS_TYPES, description: 'Thread id; equal to the PID for the main thread.', aliases: ['proc.tid', 'thread.tid'] }, (r, i) => (isKubernetes(r, i) ? 0 : columnValue(r.tid, i))),
  numberAttribute('sf.proc.uid', ofProcess('Numeric user.', 'proc.uid', 'user.uid'), (r, i) => processOf(r, i).uid),
  textAttribute('sf.proc.user', ofProcess('User name.', 'proc.user', 'user.name'), (r, i) => processOf(r, i).userName),
  numberAttribute('sf.proc.gid', ofProcess('Numeric group.', 'proc.gid', 'group.gid'), (r, i) => processOf(r, i).gid),
  textAttribute('sf.proc.group', ofProcess('Group name.', 'proc.group', 'group.name'), (r, i) => processOf(r, i).groupName),
  textAttribute('sf.proc.name', ofProcess('Last element of the executable; "." if the process is unknown.', 'proc.name'), (r, i) => baseName(processOf(r, i).exe)),
  textAttribute('sf.proc.exe', ofProcess('Executable, as recorded.', 'proc.exe', 'proc.exepath'), (r, i) => processOf(r, i).exe),
  textAttribute('sf.proc.args', ofProcess('Arguments, joined by blanks.', 'proc.args'), (r, i) => processOf(r, i).args),
  textAttribute('sf.proc.cmdline', ofProcess('Executable, a blank and the arguments; the blank stays when there are none.'), (r, i) => ownCommandLine(processOf(r, i).exe, processOf(r, i).args)),
  clockAttribute('sf.proc.createts', ofProcess('When the process was cloned, nanoseconds since 1970; 0 if before the capture.', 'proc.createtime', 'proc.pid.ts'), (r, i) => processOf(r, i).createHigh, (r, i) => processOf(r, i).createLow),
  booleanAttribute('sf.proc.tty', ofProcess('Has a terminal.'), (r, i) => processOf(r, i).tty),
  booleanAttribute('sf.proc.entry', ofProcess('Is the entry point of its container or of the host.'), (r, i) => processOf(r, i).entry),
  textAttribute('sf.proc.cwd', ofProcess('Current directory; empty in traces older than format 5.', 'proc.cwd'), (r, i) => processOf(r, i).cwd),
  textsAttribute('sf.proc.env', ofProcess('Environment, NAME=value each; empty in traces older than format 5.', 'proc.env'), (r, i) => processOf(r, i).env),
  textAttribute('sf.proc.state', ofProcess('What the newest record of the process was: CREATED, MODIFIED or REUP; empty if the process is unknown.'), (r, i) => (processOf(r, i).isKnown ? (OBJECT_STATES[processOf(r, i).state] ?? '') : '')),
  textsAttribute('sf.proc.aname', ofProcess('Names of the process and its ancestors, the process first.'), (r, i) => lineage(actorOf(r, i), p => baseName(p.exe))),
  textsAttribute('sf.proc.aexe', ofProcess('Executables of the process and its ancestors.'), (r, i) => lineage(actorOf(r, i), p => p.exe)),
  textsAttribute('sf.proc.acmdline', ofProcess('Command lines of the process and its ancestors.'), (r, i) => lineage(actorOf(r, i), commandLine)),
  { name: 'sf.proc.apid', aliases: [], type: 'numbers', dependsOn: 'actor', recordTypes: PROCESS_TYPES, description: 'PIDs of the process and its ancestors.', read: (r, i) => lineage(actorOf(r, i), p => p.pid) },

  textAttribute('sf.pproc.oid', ofProcess('Identity of the parent process.'), (r, i) => processOid(processOf(r, i).parentCreateHigh, processOf(r, i).parentCreateLow, processOf(r, i).parentPid)),
  numberAttribute('sf.pproc.pid', ofProcess('PID of the parent; known even if its record is missing.', 'proc.ppid'), (r, i) => processOf(r, i).parentPid),
  clockAttribute('sf.pproc.createts', ofProcess('When the parent was cloned.', 'proc.pcreatetime', 'proc.ppid.ts'), (r, i) => processOf(r, i).parentCreateHigh, (r, i) => processOf(r, i).parentCreateLow),
  numberAttribute('sf.pproc.uid', ofProcess('Numeric user of the parent.', 'proc.puid'), (r, i) => parentOf(r, i)?.uid ?? 0),
  textAttribute('sf.pproc.user', ofProcess('User name of the parent.', 'proc.puser'), (r, i) => parentOf(r, i)?.userName ?? ''),
  numberAttribute('sf.pproc.gid', ofProcess('Numeric group of the parent.', 'proc.pgid'), (r, i) => parentOf(r, i)?.gid ?? 0),
  textAttribute('sf.pproc.group', ofProcess('Group name of the parent.', 'proc.pgroup'), (r, i) => parentOf(r, i)?.groupName ?? ''),
  textAttribute('sf.pproc.name', ofProcess('Last element of the executable of the parent; empty if the parent is unknown.', 'proc.pname'), (r, i) => { const parent = parentOf(r, i); return parent ? baseName(parent.exe) : '' }),
  textAttribute('sf.pproc.exe', ofProcess('Executable of the parent.', 'proc.pexe', 'proc.pexepath'), (r, i) => parentOf(r, i)?.exe ?? ''),
  textAttribute('sf.pproc.args', ofProcess('Arguments of the parent.', 'proc.pargs'), (r, i) => parentOf(r, i)?.args ?? ''),
  textAttribute('sf.pproc.cmdline', ofProcess('Executable of the parent and, if there are any, a blank and the arguments.'), (r, i) => { const parent = parentOf(r, i); return parent ? commandLine(parent) : '' }),
  booleanAttribute('sf.pproc.tty', ofProcess('The parent has a terminal.', 'proc.ptty'), (r, i) => parentOf(r, i)?.tty ?? false),
  booleanAttribute('sf.pproc.entry', ofProcess('The parent is an entry point.'), (r, i) => parentOf(r, i)?.entry ?? false),
  textAttribute('sf.pproc.cwd', ofProcess('Current directory of the parent.'), (r, i) => parentOf(r, i)?.cwd ?? ''),
  textsAttribute('sf.pproc.env', ofProcess('Environment of the parent.'), (r, i) => parentOf(r, i)?.env ?? NONE),
]

const NONE: readonly string[] = []
