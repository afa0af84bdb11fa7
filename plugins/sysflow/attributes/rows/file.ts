// SPDX-License-Identifier: Apache-2.0
import { isOpenForReading, isOpenForWriting, openFlagNames } from '../derive/flags.js'
import { resourceTypeName } from '../derive/names.js'
import { baseName, directoryName, splitSocketPath } from '../derive/paths.js'
import {
  type AttributeDefinition,
  booleanAttribute,
  columnValue,
  FILE_EVENT_TYPES,
  FILE_FLOW_TYPES,
  FILE_TYPES,
  FLOW_TYPES,
  fileOf,
  isFileFlow,
  isFlow,
  numberAttribute,
  type RecordAttribute,
  secondFileOf,
  textAttribute,
  textsAttribute,
} from './attribute-definition.js'

const ofFirstFile = (description: string): AttributeDefinition => ({ dependsOn: 'file', types: FILE_TYPES, description })
const ofSecondFile = (description: string): AttributeDefinition => ({ dependsOn: 'row', types: FILE_EVENT_TYPES, description })
const counter = (description: string): AttributeDefinition => ({ dependsOn: 'row', types: FLOW_TYPES, description })

/** Files, directories, Unix sockets and pipes, and their traffic. */
// biome-ignore format: a table
export const FILE_ATTRIBUTES: readonly RecordAttribute[] = [
  textAttribute('sf.file.name', ofFirstFile('File name without directory; "." if the file is unknown.'), (r, i) => baseName(fileOf(r, i).path)),
  textAttribute('sf.file.path', ofFirstFile('Path. For Unix sockets without the kernel addresses.'), (r, i) => splitSocketPath(fileOf(r, i).path).path),
  textAttribute('sf.file.symlink', ofFirstFile('Kernel addresses of a Unix socket, as ADDRESS->ADDRESS.'), (r, i) => splitSocketPath(fileOf(r, i).path).link),
  textAttribute('sf.file.oid', { dependsOn: 'row', types: FILE_TYPES, description: 'Object id of the file: 40 hex digits, from path and container.' }, (r, i) => fileOf(r, i).oid),
  textAttribute('sf.file.directory', ofFirstFile('Directory of the file; "." if there is none.'), (r, i) => directoryName(splitSocketPath(fileOf(r, i).path).path)),
  textAttribute('sf.file.newname', ofSecondFile('File name of the second file of a link, symlink or rename.'), (r, i) => baseName(secondFileOf(r, i).path)),
  textAttribute('sf.file.newpath', ofSecondFile('Path of the second file.'), (r, i) => splitSocketPath(secondFileOf(r, i).path).path),
  textAttribute('sf.file.newsymlink', ofSecondFile('Kernel addresses of the second file.'), (r, i) => splitSocketPath(secondFileOf(r, i).path).link),
  textAttribute('sf.file.newoid', ofSecondFile('Object id of the second file.'), (r, i) => secondFileOf(r, i).oid),
  textAttribute('sf.file.newdirectory', ofSecondFile('Directory of the second file.'), (r, i) => directoryName(splitSocketPath(secondFileOf(r, i).path).path)),
  textAttribute('sf.file.type', ofFirstFile('Type: f file, d directory, u Unix socket, p pipe, 4 IPv4 socket, 6 IPv6 socket, ? unknown; empty if there is no file.'), (r, i) => resourceTypeName(fileOf(r, i).resourceType)),
  booleanAttribute('sf.file.is_open_write', { dependsOn: 'row', types: FILE_FLOW_TYPES, description: 'Whether the file was opened for writing.', aliases: ['evt.is_open_write'] }, (r, i) => isFileFlow(r, i) && isOpenForWriting(columnValue(r.openFlags, i))),
  booleanAttribute('sf.file.is_open_read', { dependsOn: 'row', types: FILE_FLOW_TYPES, description: 'Whether the file was opened for reading.', aliases: ['evt.is_open_read'] }, (r, i) => isFileFlow(r, i) && isOpenForReading(columnValue(r.openFlags, i))),
  numberAttribute('sf.file.fd', { dependsOn: 'row', types: FLOW_TYPES, description: 'File descriptor.', aliases: ['fd.num'] }, (r, i) => (isFlow(r, i) ? columnValue(r.fd, i) : 0)),
  textsAttribute('sf.file.openflags', { dependsOn: 'row', types: FILE_FLOW_TYPES, description: 'Flags of the open call (RDONLY, CREAT, ...); NONE if no flag is set.' }, (r, i) => openFlagNames(isFileFlow(r, i) ? columnValue(r.openFlags, i) : 0)),
  numberAttribute('sf.flow.rbytes', counter('Bytes read or received.'), (r, i) => (isFlow(r, i) ? columnValue(r.readBytes, i) : 0)),
  numberAttribute('sf.flow.rops', counter('Read or receive operations.'), (r, i) => (isFlow(r, i) ? columnValue(r.readOps, i) : 0)),
  numberAttribute('sf.flow.wbytes', counter('Bytes written or sent.'), (r, i) => (isFlow(r, i) ? columnValue(r.writeBytes, i) : 0)),
  numberAttribute('sf.flow.wops', counter('Write or send operations.'), (r, i) => (isFlow(r, i) ? columnValue(r.writeOps, i) : 0)),
]
