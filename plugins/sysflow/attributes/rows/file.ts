// SPDX-License-Identifier: Apache-2.0
import { isOpenForReading, isOpenForWriting, openFlagNames } from '../derive/flags.js'
import { resourceTypeName } from '../derive/names.js'
import { baseName, directoryName, splitSocketPath } from '../derive/paths.js'
import {
  at,
  boolean,
  type Facts,
  FILE_EVENT,
  FILE_FLOW,
  FILES,
  FLOWS,
  fileOf,
  isFileFlow,
  isFlow,
  number,
  type RecordAttribute,
  secondFileOf,
  text,
  texts,
} from './row.js'

const first = (says: string): Facts => ({ on: 'file', for: FILES, says })
const second = (says: string): Facts => ({ on: 'row', for: FILE_EVENT, says })
const counter = (says: string): Facts => ({ on: 'row', for: FLOWS, says })

/** Files, directories, Unix sockets and pipes, and what flowed through them. */
// biome-ignore format: a table
export const FILE_ATTRIBUTES: readonly RecordAttribute[] = [
  text('sf.file.name', first('Last element of the path; "." if no file is known.'), (r, i) => baseName(fileOf(r, i).path)),
  text('sf.file.path', first('Path; for a Unix socket without the kernel addresses before it.'), (r, i) => splitSocketPath(fileOf(r, i).path).path),
  text('sf.file.symlink', first('The two kernel addresses of a Unix socket, as ADDRESS->ADDRESS.'), (r, i) => splitSocketPath(fileOf(r, i).path).link),
  text('sf.file.oid', { on: 'row', for: FILES, says: 'Identity of the file: 40 hex digits made of path and container.' }, (r, i) => fileOf(r, i).oid),
  text('sf.file.directory', first('Directory part of the path; "." if there is none.'), (r, i) => directoryName(splitSocketPath(fileOf(r, i).path).path)),
  text('sf.file.newname', second('Like sf.file.name, of the second file of a link, symlink or rename.'), (r, i) => baseName(secondFileOf(r, i).path)),
  text('sf.file.newpath', second('Path of the second file.'), (r, i) => splitSocketPath(secondFileOf(r, i).path).path),
  text('sf.file.newsymlink', second('Kernel addresses of the second file.'), (r, i) => splitSocketPath(secondFileOf(r, i).path).link),
  text('sf.file.newoid', second('Identity of the second file.'), (r, i) => secondFileOf(r, i).oid),
  text('sf.file.newdirectory', second('Directory part of the second path.'), (r, i) => directoryName(splitSocketPath(secondFileOf(r, i).path).path)),
  text('sf.file.type', first('f file, d directory, u Unix socket, p pipe, 4 and 6 sockets, ? unknown; empty if no file is known.'), (r, i) => resourceTypeName(fileOf(r, i).resourceType)),
  boolean('sf.file.is_open_write', { on: 'row', for: FILE_FLOW, says: 'Opened for writing.', also: ['evt.is_open_write'] }, (r, i) => isFileFlow(r, i) && isOpenForWriting(at(r.openFlags, i))),
  boolean('sf.file.is_open_read', { on: 'row', for: FILE_FLOW, says: 'Opened for reading.', also: ['evt.is_open_read'] }, (r, i) => isFileFlow(r, i) && isOpenForReading(at(r.openFlags, i))),
  number('sf.file.fd', { on: 'row', for: FLOWS, says: 'File descriptor.', also: ['fd.num'] }, (r, i) => (isFlow(r, i) ? at(r.fd, i) : 0)),
  texts('sf.file.openflags', { on: 'row', for: FILE_FLOW, says: 'Flags of the open call (RDONLY, CREAT, ...); NONE if no flag is set.' }, (r, i) => openFlagNames(isFileFlow(r, i) ? at(r.openFlags, i) : 0)),
  number('sf.flow.rbytes', counter('Bytes read or received.'), (r, i) => (isFlow(r, i) ? at(r.readBytes, i) : 0)),
  number('sf.flow.rops', counter('Read or receive operations.'), (r, i) => (isFlow(r, i) ? at(r.readOps, i) : 0)),
  number('sf.flow.wbytes', counter('Bytes written or sent.'), (r, i) => (isFlow(r, i) ? at(r.writeBytes, i) : 0)),
  number('sf.flow.wops', counter('Write or send operations.'), (r, i) => (isFlow(r, i) ? at(r.writeOps, i) : 0)),
]
