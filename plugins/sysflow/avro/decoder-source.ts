// SPDX-License-Identifier: Apache-2.0
import type { BlockCursor, Stop } from './decoder.js'
import { Container, FileEntity, Header, Pod, Process } from '../entities/entities.js'
import { type EventColumns, FE, FF, KE, NF, PE } from '../reader/event-columns.js'
import { declareField, Parts, readField, skipField } from './field-source.js'
import { BRANCH_KINDS, type BranchKind, type DecodedKind, FIELDS } from './layout.js'
import { OPERATION } from './operation-flags.js'
import { Scanner } from './scanner.js'
import type { WriterBranch, WriterSchema } from './schema.js'
import type { RecordShape } from './shape.js'
import type { Tables } from '../entities/tables.js'
import { trimmed, trimmedMessage } from '../entities/trim.js'

/**
 * Writes and compiles the decode function of one schema. It is the only generated code of the program: reading field by
 * field as a schema says is five times slower.
 *
 * Nothing of the schema's text gets into it. Names come from our own layout; shapes and symbol tables are handed over as
 * values and named by number.
 *
 * Each branch is one function that reads all fields into locals and files them only when the record has proved whole: a
 * read past the end gives zeros, so one look at the position at the end is enough.
 *
 * `stopsAtEntities`: rows of events do not pass the entities that follow them.
 */
export function generateDecode(schema: WriterSchema, stopsAtEntities = false): Decode {
  const parts = new Parts()
  const functions = schema.branches.map((branch, index) => readFunction(branch, index, parts))
  const cases = schema.branches.map((branch, index) => branchCase(branch.kind, index, stopsAtEntities))
  const runtime = {
    scanner: new Scanner(), shapes: parts.shapes, symbols: parts.symbols, NOTHING: [], NO_TEXTS: new Map(),
    Header, Container, Pod, Process, FileEntity, trimmed, trimmedMessage,
  } // biome-ignore format: one list
  const source = `'use strict'
${functions.join('\n')}
return function decode(cursor, columns, tables) {
  const bytes = cursor.bytes, view = cursor.view, end = cursor.end, counts = tables.counts, capacity = columns.capacity
  scanner.begin(bytes, view, tables.texts, end)
  let position = cursor.position, remaining = cursor.remaining, stop = 'block done'
  records: while (remaining > 0) {
    const start = position
    switch (bytes[position++]) {
${cases.join('\n')}
      default: position = -1
    }
    if (position < 0) { position = start; stop = 'undecodable'; break }
    remaining--
  }
  cursor.position = position
  cursor.remaining = remaining
  return stop
}`
  return new Function(...Object.keys(runtime), source)(...Object.values(runtime))
}

export type Decode = (cursor: BlockCursor, columns: EventColumns, tables: Tables) => Stop

const EVENTS: ReadonlySet<BranchKind> = new Set(['PE', 'NF', 'FF', 'FE', 'KE'])
const ENTITIES: ReadonlySet<BranchKind> = new Set(['C', 'PD', 'P', 'F'])

/** A branch number is one byte: twice the number (zig-zag). */
function branchCase(kind: BranchKind, index: number, stopsAtEntities: boolean): string {
  const leave = (stop: Stop): string => `{ position = start; stop = '${stop}'; break records }`
  let wait = ''
  if (EVENTS.has(kind)) wait = `if (columns.length >= capacity) ${leave('columns full')}`
  if (kind === 'H') wait = `if (columns.length > 0) ${leave('header')}`
  if (stopsAtEntities && ENTITIES.has(kind)) wait = `if (columns.length > 0) ${leave('entity')}`
  return `      case ${index * 2}: ${wait}
        position = read${index}(bytes, view, position, end, columns, tables)
        if (position >= 0) counts[${BRANCH_KINDS.indexOf(kind)}]++
        break`
}

function readFunction(branch: WriterBranch, index: number, parts: Parts): string {
  const { kind, shape } = branch
  if (kind === 'unknown' || kind === 'NE' || kind === 'PF' || shape.kind !== 'record')
    return `function read${index}(bytes, view, pos, end, columns, tables) {
  ${skipField(shape, parts)}
  return scanner.isBad || pos > end ? -1 : pos
}`
  const declarations = Object.entries(FIELDS[kind]).map(([name, fieldKind]) => declareField(kind, name, fieldKind))
  return `function read${index}(bytes, view, pos, end, columns, tables) {
  let b = 0, c = 0, n = 0, m = 0, bad = 0
  ${declarations.join('\n  ')}
  ${reads(kind, shape, parts).join('\n  ')}
  if (bad !== 0 || pos > end || scanner.isBad) return -1
  ${FILING[kind]}
  return pos
}`
}

function reads(kind: DecodedKind, shape: RecordShape, parts: Parts): string[] {
  const known = FIELDS[kind]
  return shape.fields.map(field => {
    const fieldKind = Object.hasOwn(known, field.name) ? known[field.name] : undefined
    return fieldKind === undefined ? skipField(field.shape, parts) : readField(field.name, fieldKind, field.shape, parts)
  })
}

const event = (type: number, columns: string): string => `const row = columns.length
  columns.type[row] = ${type}
  columns.tsHigh[row] = tsHigh; columns.tsLow[row] = tsLow
  ${columns}
  columns.length = row + 1`

const CALL = `columns.tid[row] = tid; columns.opFlags[row] = opFlags
  columns.actor[row] = tables.actor(procOIDHigh, procOIDLow, procOIDPid)`
const FLOW = `columns.endHigh[row] = endTsHigh; columns.endLow[row] = endTsLow; columns.fd[row] = fd
  columns.readOps[row] = numRRecvOps; columns.writeOps[row] = numWSendOps
  columns.readBytes[row] = numRRecvBytes; columns.writeBytes[row] = numWSendBytes`
const file = (column: string, field: string): string =>
  `columns.${column}[row] = ${field}At < 0 ? tables.noFile : tables.file(view, ${field}At)`
const WITHOUT_FILES = 'columns.file[row] = tables.noFile; columns.secondFile[row] = tables.noFile'

/** What becomes of a record's fields once it has been read whole. */
const FILING: Readonly<Record<DecodedKind, string>> = {
  H: 'tables.fileHeader(new Header(true, version, exporter, ip, filename)); columns.header = tables.header',
  C: 'tables.fileContainer(new Container(true, id, trimmed(name), trimmed(image), imageid, type, privileged, podId))',
  P: `tables.fileProcess(new Process(true, state, oidHigh, oidLow >>> 0, oidPid, poidHas, poidHigh, poidLow >>> 0, poidPid, tsHigh,
    tsLow >>> 0, trimmed(exe), trimmed(exeArgs), uid, userName, gid, groupName, tty, entry, containerId, cwd, env))`,
  F: `if (oidAt < 0) return -1
  tables.fileFile(new FileEntity(true, state, view.getInt32(oidAt, true), view.getInt32(oidAt + 4, true), view.getInt32(oidAt + 8, true),
    view.getInt32(oidAt + 12, true), view.getInt32(oidAt + 16, true), tsHigh, tsLow, tables.names.of(bytes, view, pathAt, pathEnd, restype),
    containerId))`,
  PD: `tables.filePod(new Pod(true, tsHigh, tsLow >>> 0, id, trimmed(name), trimmed(nodeName), hostIP, internalIP, trimmed(namespace),
    restartCount, labels, selectors, services))`,
  PE: event(
    PE,
    `${CALL}\n  ${WITHOUT_FILES}\n  columns.ret[row] = ret; columns.callArgs[row] = args
  if (opFlags === ${OPERATION.exit} && tid === procOIDPid) tables.endProcess(procOIDHigh, procOIDLow, procOIDPid)`,
  ),
  NF: event(
    NF,
    `${CALL}\n  ${FLOW}\n  ${WITHOUT_FILES}
  columns.sourceIp[row] = sip; columns.sourcePort[row] = sport; columns.targetIp[row] = dip; columns.targetPort[row] = dport
  columns.protocol[row] = proto`,
  ),
  FF: event(
    FF,
    `${CALL}\n  ${FLOW}\n  columns.openFlags[row] = openFlags\n  ${file('file', 'fileOID')}\n  columns.secondFile[row] = tables.noFile`,
  ),
  FE: event(FE, `${CALL}\n  columns.ret[row] = ret\n  ${file('file', 'fileOID')}\n  ${file('secondFile', 'newFileOID')}`),
  KE: event(
    KE,
    `columns.opFlags[row] = 0; columns.actor[row] = tables.unknownActor\n  ${WITHOUT_FILES}
  columns.k8s[row] = { kind, action, message: trimmedMessage(message) }`,
  ),
}
