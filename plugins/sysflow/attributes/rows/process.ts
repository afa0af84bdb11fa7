// SPDX-License-Identifier: Apache-2.0
import type { Actor, Process } from '../../entities/entities.js'
import { OBJECT_STATES } from '../../entities/entities.js'
import { ancestorCommandLine, ownCommandLine } from '../derive/command-lines.js'
import { baseName } from '../derive/paths.js'
import { processOid } from '../derive/xxh64.js'
import {
  actorOf,
  at,
  BY_PROCESS,
  boolean,
  clock,
  type Facts,
  isKubernetes,
  number,
  type RecordAttribute,
  type Rows,
  text,
  texts,
} from './row.js'

const own = (says: string, ...also: string[]): Facts => ({ on: 'actor', for: BY_PROCESS, says, also })
const processOf = (rows: Rows, row: number): Process => actorOf(rows, row).process
const parentOf = (rows: Rows, row: number): Process | undefined => actorOf(rows, row).parent?.process

const commandLine = (process: Process): string => ancestorCommandLine(process.exe, process.args)

/** Of `actor`, its parent, and so on; nothing where there is none or it is unknown. */
export function lineage<V>(actor: Actor | null, value: (process: Process) => V): V[] {
  const values: V[] = []
  if (!actor?.process.known) return values
  for (let one: Actor | null = actor; one !== null; one = one.parent) values.push(value(one.process))
  return values
}

/** The process that acts, its parent and its ancestors. */
// biome-ignore format: a table
export const PROCESS_ATTRIBUTES: readonly RecordAttribute[] = [
  text('sf.proc.oid', own('Identity of the process: 16 hex digits made of PID and creation time.'), (r, i) => processOid(processOf(r, i).createHigh, processOf(r, i).createLow, processOf(r, i).pid)),
  number('sf.proc.pid', own('Process id on the host.', 'proc.pid'), (r, i) => processOf(r, i).pid),
  number('sf.proc.tid', { on: 'row', for: BY_PROCESS, says: 'Thread id; equal to the PID for the main thread.', also: ['proc.tid', 'thread.tid'] }, (r, i) => (isKubernetes(r, i) ? 0 : at(r.tid, i))),
  number('sf.proc.uid', own('Numeric user.', 'proc.uid', 'user.uid'), (r, i) => processOf(r, i).uid),
  text('sf.proc.user', own('User name.', 'proc.user', 'user.name'), (r, i) => processOf(r, i).userName),
  number('sf.proc.gid', own('Numeric group.', 'proc.gid', 'group.gid'), (r, i) => processOf(r, i).gid),
  text('sf.proc.group', own('Group name.', 'proc.group', 'group.name'), (r, i) => processOf(r, i).groupName),
  text('sf.proc.name', own('Last element of the executable; "." if the process is unknown.', 'proc.name'), (r, i) => baseName(processOf(r, i).exe)),
  text('sf.proc.exe', own('Executable, as recorded.', 'proc.exe', 'proc.exepath'), (r, i) => processOf(r, i).exe),
  text('sf.proc.args', own('Arguments, joined by blanks.', 'proc.args'), (r, i) => processOf(r, i).args),
  text('sf.proc.cmdline', own('Executable, a blank and the arguments; the blank stays when there are none.'), (r, i) => ownCommandLine(processOf(r, i).exe, processOf(r, i).args)),
  clock('sf.proc.createts', own('When the process was cloned, nanoseconds since 1970; 0 if before the capture.', 'proc.createtime', 'proc.pid.ts'), (r, i) => processOf(r, i).createHigh, (r, i) => processOf(r, i).createLow),
  boolean('sf.proc.tty', own('Has a terminal.'), (r, i) => processOf(r, i).tty),
  boolean('sf.proc.entry', own('Is the entry point of its container or of the host.'), (r, i) => processOf(r, i).entry),
  text('sf.proc.cwd', own('Current directory; empty in traces older than format 5.', 'proc.cwd'), (r, i) => processOf(r, i).cwd),
  texts('sf.proc.env', own('Environment, NAME=value each; empty in traces older than format 5.', 'proc.env'), (r, i) => processOf(r, i).env),
  text('sf.proc.state', own('What the newest record of the process was: CREATED, MODIFIED or REUP; empty if the process is unknown.'), (r, i) => (processOf(r, i).known ? (OBJECT_STATES[processOf(r, i).state] ?? '') : '')),
  texts('sf.proc.aname', own('Names of the process and its ancestors, the process first.'), (r, i) => lineage(actorOf(r, i), p => baseName(p.exe))),
  texts('sf.proc.aexe', own('Executables of the process and its ancestors.'), (r, i) => lineage(actorOf(r, i), p => p.exe)),
  texts('sf.proc.acmdline', own('Command lines of the process and its ancestors.'), (r, i) => lineage(actorOf(r, i), commandLine)),
  { name: 'sf.proc.apid', aliases: [], type: 'numbers', dependsOn: 'actor', types: BY_PROCESS, description: 'PIDs of the process and its ancestors.', read: (r, i) => lineage(actorOf(r, i), p => p.pid) },

  text('sf.pproc.oid', own('Identity of the parent process.'), (r, i) => processOid(processOf(r, i).parentCreateHigh, processOf(r, i).parentCreateLow, processOf(r, i).parentPid)),
  number('sf.pproc.pid', own('PID of the parent; known even if its record is missing.', 'proc.ppid'), (r, i) => processOf(r, i).parentPid),
  clock('sf.pproc.createts', own('When the parent was cloned.', 'proc.pcreatetime', 'proc.ppid.ts'), (r, i) => processOf(r, i).parentCreateHigh, (r, i) => processOf(r, i).parentCreateLow),
  number('sf.pproc.uid', own('Numeric user of the parent.', 'proc.puid'), (r, i) => parentOf(r, i)?.uid ?? 0),
  text('sf.pproc.user', own('User name of the parent.', 'proc.puser'), (r, i) => parentOf(r, i)?.userName ?? ''),
  number('sf.pproc.gid', own('Numeric group of the parent.', 'proc.pgid'), (r, i) => parentOf(r, i)?.gid ?? 0),
  text('sf.pproc.group', own('Group name of the parent.', 'proc.pgroup'), (r, i) => parentOf(r, i)?.groupName ?? ''),
  text('sf.pproc.name', own('Last element of the executable of the parent; empty if the parent is unknown.', 'proc.pname'), (r, i) => { const parent = parentOf(r, i); return parent ? baseName(parent.exe) : '' }),
  text('sf.pproc.exe', own('Executable of the parent.', 'proc.pexe', 'proc.pexepath'), (r, i) => parentOf(r, i)?.exe ?? ''),
  text('sf.pproc.args', own('Arguments of the parent.', 'proc.pargs'), (r, i) => parentOf(r, i)?.args ?? ''),
  text('sf.pproc.cmdline', own('Executable of the parent and, if there are any, a blank and the arguments.'), (r, i) => { const parent = parentOf(r, i); return parent ? commandLine(parent) : '' }),
  boolean('sf.pproc.tty', own('The parent has a terminal.', 'proc.ptty'), (r, i) => parentOf(r, i)?.tty ?? false),
  boolean('sf.pproc.entry', own('The parent is an entry point.'), (r, i) => parentOf(r, i)?.entry ?? false),
  text('sf.pproc.cwd', own('Current directory of the parent.'), (r, i) => parentOf(r, i)?.cwd ?? ''),
  texts('sf.pproc.env', own('Environment of the parent.'), (r, i) => parentOf(r, i)?.env ?? NONE),
]

const NONE: readonly string[] = []
