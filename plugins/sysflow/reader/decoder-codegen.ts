// SPDX-License-Identifier: Apache-2.0

import { AvroScanner } from '../avro/avro-scanner.js'
import type { RecordShape } from '../avro/avro-shape.js'
import { declareField, GeneratedConstants, readField, skipField } from '../avro/field-codegen.js'
import { DECODED_FIELDS, type DecodedKind } from '../avro/layout.js'
import { OPERATION } from '../avro/operation-flags.js'
import type { WriterBranch, WriterSchema } from '../avro/writer-schema.js'
import { BRANCH_KINDS, type BranchKind } from '../entities/branch-kinds.js'
import { Container, FileEntity, Header, Pod, Process } from '../entities/entities.js'
import type { EntityTables } from '../entities/entity-tables.js'
import { trimmed, trimmedMessage } from '../entities/trim.js'
import type { BlockCursor, StopReason } from './block-cursor.js'
import { type EventColumns, FE, FF, KE, NF, PE } from './event-columns.js'

/**
 * Generates and compiles the decode function of one schema. It is the only generated code of the program: interpreting the
 * schema field by field is five times slower.
 *
 * The code contains no text of the schema. Names come from our own layout; shapes and symbol tables are passed as values and
 * referenced by number.
 *
 * Each branch is one function that reads all fields into locals and stores them only when the record is complete. A read past
 * the end returns zeros, so one check of the position at the end is enough.
 *
 * `stopsAtEntities`: decoding stops before each entity, so the rows of events before it can be sent first.
 */
export function generateDecode(schema: WriterSchema, stopsAtEntities = false): Decode {
  const constants = new GeneratedConstants()
  const functions = schema.branches.map((branch, index) => generateReadFunction(branch, index, constants))
  const cases = schema.branches.map((branch, index) => generateBranchCase(branch.kind, index, stopsAtEntities))
  const runtime = {
    scanner: new AvroScanner(), shapes: constants.shapes, symbols: constants.symbols, NOTHING: [], NO_TEXTS: new Map(),
    Header, Container, Pod, Process, FileEntity, trimmed, trimmedMessage,
  } // biome-ignore format: one list
  const code = `'use strict'
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
  return new Function(...Object.keys(runtime), code)(...Object.values(runtime))
}

export type Decode = (cursor: BlockCursor, columns: EventColumns, tables: EntityTables) => StopReason

const EVENT_KINDS: ReadonlySet<BranchKind> = new Set(['PE', 'NF', 'FF', 'FE', 'KE'])
const ENTITY_KINDS: ReadonlySet<BranchKind> = new Set(['C', 'PD', 'P', 'F'])

/** A branch number is one byte: twice the index (zig-zag). */
function generateBranchCase(kind: BranchKind, index: number, stopsAtEntities: boolean): string {
  const stopWith = (stop: StopReason): string => `{ position = start; stop = '${stop}'; break records }`
  let guard = ''
  if (EVENT_KINDS.has(kind)) guard = `if (columns.length >= capacity) ${stopWith('columns full')}`
  if (kind === 'H') guard = `if (columns.length > 0) ${stopWith('header')}`
  if (stopsAtEntities && ENTITY_KINDS.has(kind)) guard = `if (columns.length > 0) ${stopWith('entity')}`
  return `      case ${index * 2}: ${guard}
        position = read${index}(bytes, view, position, end, columns, tables)
        if (position >= 0) counts[${BRANCH_KINDS.indexOf(kind)}]++
        break`
}

function generateReadFunction(branch: WriterBranch, index: number, constants: GeneratedConstants): string {
  const { kind, shape } = branch
  if (kind === 'unknown' || kind === 'NE' || kind === 'PF' || shape.kind !== 'record')
    return `function read${index}(bytes, view, pos, end, columns, tables) {
  ${skipField(shape, constants)}
  return scanner.isBad || pos > end ? -1 : pos
}`
  const declarations = Object.entries(DECODED_FIELDS[kind]).map(([name, fieldKind]) => declareField(kind, name, fieldKind))
  return `function read${index}(bytes, view, pos, end, columns, tables) {
  let b = 0, c = 0, n = 0, m = 0, bad = 0
  ${declarations.join('\n  ')}
  ${generateFieldReads(kind, shape, constants).join('\n  ')}
  if (bad !== 0 || pos > end || scanner.isBad) return -1
  ${STORE_CODE[kind]}
  return pos
}`
}

function generateFieldReads(kind: DecodedKind, shape: RecordShape, constants: GeneratedConstants): string[] {
  const known = DECODED_FIELDS[kind]
  return shape.fields.map(field => {
    const fieldKind = Object.hasOwn(known, field.name) ? known[field.name] : undefined
    return fieldKind === undefined ? skipField(field.shape, constants) : readField(field.name, fieldKind, field.shape, constants)
  })
}

const eventCode = (type: number, columns: string): string => `const row = columns.length
  columns.type[row] = ${type}
  columns.tsHigh[row] = tsHigh; columns.tsLow[row] = tsLow
  ${columns}
  columns.length = row + 1`

const CALL_COLUMNS = `columns.tid[row] = tid; columns.opFlags[row] = opFlags
  columns.actor[row] = tables.actor(procOIDHigh, procOIDLow, procOIDPid)`
const FLOW_COLUMNS = `columns.endHigh[row] = endTsHigh; columns.endLow[row] = endTsLow; columns.fd[row] = fd
  columns.readOps[row] = numRRecvOps; columns.writeOps[row] = numWSendOps
  columns.readBytes[row] = numRRecvBytes; columns.writeBytes[row] = numWSendBytes`
const fileColumnCode = (column: string, field: string): string =>
  `columns.${column}[row] = ${field}At < 0 ? tables.noFile : tables.file(view, ${field}At)`
const NO_FILE_COLUMNS = 'columns.file[row] = tables.noFile; columns.secondFile[row] = tables.noFile'

/** Code that stores the fields of a record after it has been read completely. */
const STORE_CODE: Readonly<Record<DecodedKind, string>> = {
  H: 'tables.storeHeader(new Header(true, version, exporter, ip, filename)); columns.header = tables.header',
  C: 'tables.storeContainer(new Container(true, id, trimmed(name), trimmed(image), imageid, type, privileged, podId))',
  P: `tables.storeProcess(new Process(true, state, oidHigh, oidLow >>> 0, oidPid, poidHas, poidHigh, poidLow >>> 0, poidPid, tsHigh,
    tsLow >>> 0, trimmed(exe), trimmed(exeArgs), uid, userName, gid, groupName, tty, entry, containerId, cwd, env))`,
  F: `if (oidAt < 0) return -1
  tables.storeFile(new FileEntity(true, state, view.getInt32(oidAt, true), view.getInt32(oidAt + 4, true), view.getInt32(oidAt + 8, true),
    view.getInt32(oidAt + 12, true), view.getInt32(oidAt + 16, true), tsHigh, tsLow, tables.names.of(bytes, view, pathAt, pathEnd, restype),
    containerId))`,
  PD: `tables.storePod(new Pod(true, tsHigh, tsLow >>> 0, id, trimmed(name), trimmed(nodeName), hostIP, internalIP, trimmed(namespace),
    restartCount, labels, selectors, services))`,
  PE: eventCode(
    PE,
    `${CALL_COLUMNS}\n  ${NO_FILE_COLUMNS}\n  columns.ret[row] = ret; columns.callArgs[row] = args
  if (opFlags === ${OPERATION.exit} && tid === procOIDPid) tables.endProcess(procOIDHigh, procOIDLow, procOIDPid)`,
  ),
  NF: eventCode(
    NF,
    `${CALL_COLUMNS}\n  ${FLOW_COLUMNS}\n  ${NO_FILE_COLUMNS}
  columns.sourceIp[row] = sip; columns.sourcePort[row] = sport; columns.targetIp[row] = dip; columns.targetPort[row] = dport
  columns.protocol[row] = proto`,
  ),
  FF: eventCode(
    FF,
    `${CALL_COLUMNS}\n  ${FLOW_COLUMNS}\n  columns.openFlags[row] = openFlags\n  ${fileColumnCode('file', 'fileOID')}\n  columns.secondFile[row] = tables.noFile`,
  ),
  FE: eventCode(
    FE,
    `${CALL_COLUMNS}\n  columns.ret[row] = ret\n  ${fileColumnCode('file', 'fileOID')}\n  ${fileColumnCode('secondFile', 'newFileOID')}`,
  ),
  KE: eventCode(
    KE,
    `columns.opFlags[row] = 0; columns.actor[row] = tables.unknownActor\n  ${NO_FILE_COLUMNS}
  columns.k8s[row] = { kind, action, message: trimmedMessage(message) }`,
  ),
}
