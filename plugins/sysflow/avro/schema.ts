// SPDX-License-Identifier: Apache-2.0
import { createRequire } from 'node:module'
import type * as Avsc from 'avsc'
import { Fault } from '../../../core/errors/fault.js'
import { BRANCH_NAMES, type BranchKind, FIELDS, type FieldKind, REQUIRED } from './layout.js'
import { isEmptyShape, list, plainShape } from './plain-schema.js'
import type { FieldShape, RecordShape, Shape } from './shape.js'

/** What a trace's header says of its records: the branches of the record union in wire order. */
export interface WriterSchema {
  readonly branches: readonly WriterBranch[]
}

export interface WriterBranch {
  readonly kind: BranchKind
  readonly name: string
  readonly shape: Shape
}

/** Understands the text of a writer's schema; throws SFP_SYSFLOW_SCHEMA if it is none, or none of SysFlow. */
export function writerSchema(text: string): WriterSchema {
  const schema = parsed(text)
  const root = plainShape(schema) ?? avroShape(schema)
  if (root.kind !== 'record') throw unfit(`its root is "${root.kind}", not a record`)
  const union = root.fields.length === 1 ? root.fields[0]?.shape : undefined
  if (union?.kind !== 'union') throw unfit(`the record "${root.name}" is not one field that holds a union`)
  if (union.branches.length > MAXIMUM_BRANCHES) throw unfit(`a union of ${union.branches.length} branches`)
  const branches = union.branches.map(writerBranch)
  if (!branches.some(branch => branch.kind !== 'unknown')) throw unfit(`"${root.name}" has none of SysFlow's records`)
  return { branches }
}

/** The real ones take 4 to 14 kB. */
const MAXIMUM_TEXT = 256 * 1024
const MAXIMUM_NESTING = 64
/** So that a branch number is one byte. */
const MAXIMUM_BRANCHES = 64

const unfit = (reason: string): Fault => new Fault('SFP_SYSFLOW_SCHEMA', { reason })

function parsed(text: string): unknown {
  if (text.length > MAXIMUM_TEXT) throw unfit(`${text.length} characters of schema`)
  let schema: unknown
  try {
    schema = JSON.parse(text)
  } catch {
    throw unfit('it is not JSON')
  }
  if (isDeeper(schema, MAXIMUM_NESTING)) throw unfit(`it is nested more than ${MAXIMUM_NESTING} deep`)
  return schema
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some(inner => isDeeper(inner, levels - 1))
}

/** As the Avro package understands the schema. */
export function avroShape(schema: unknown): Shape {
  const avsc: typeof Avsc = createRequire(import.meta.url)('avsc')
  const known = new Map<Avsc.Type, Shape>()
  const visit = (type: Avsc.Type): Shape => {
    const before = known.get(type)
    if (before) return before
    if (type instanceof avsc.types.RecordType) {
      const fields: FieldShape[] = []
      const shape = { kind: 'record' as const, name: type.name ?? '', fields, isEmpty: true }
      known.set(type, shape)
      for (const field of type.fields) fields.push({ name: field.name, shape: visit(field.type) })
      // A record that holds itself outright (not through a union, array or map) could never be written; let it count as empty.
      shape.isEmpty = fields.every(field => isEmptyShape(field.shape))
      return shape
    }
    const shape = plain(type)
    known.set(type, shape)
    return shape
  }
  const plain = (type: Avsc.Type): Shape => {
    if (type instanceof avsc.types.ArrayType) return list('array', visit(type.itemsType))
    if (type instanceof avsc.types.MapType) return list('map', visit(type.valuesType))
    if (type instanceof avsc.types.EnumType) return { kind: 'enum', symbols: type.symbols }
    if (type instanceof avsc.types.FixedType) return { kind: 'fixed', size: type.size }
    if (type instanceof avsc.types.WrappedUnionType) return { kind: 'union', branches: type.types.map(visit) }
    switch (type.typeName) {
      case 'null':
      case 'boolean':
      case 'int':
      case 'long':
      case 'float':
      case 'double':
      case 'bytes':
      case 'string':
        return { kind: type.typeName }
      default:
        throw unfit(`the type "${type.typeName}" is not known`)
    }
  }
  let root: Avsc.Type
  try {
    // No logical types are handed over, so that clocks annotated as dates stay the plain numbers that they are (Q01).
    root = avsc.Type.forSchema(schema as Avsc.schema.AvroSchema, { wrapUnions: true })
  } catch (error) {
    throw unfit(error instanceof Error ? error.message.slice(0, 200) : 'Avro does not allow it')
  }
  return visit(root)
}

function writerBranch(shape: Shape): WriterBranch {
  if (shape.kind !== 'record') return { kind: 'unknown', name: shape.kind, shape }
  const kind = BRANCH_NAMES.get(shape.name) ?? 'unknown'
  if (kind !== 'unknown' && kind !== 'NE' && kind !== 'PF') {
    const expected = FIELDS[kind]
    for (const name of REQUIRED[kind])
      if (!shape.fields.some(field => field.name === name)) throw unfit(`"${shape.name}" lacks the field "${name}"`)
    for (const field of shape.fields) {
      const wanted = Object.hasOwn(expected, field.name) ? expected[field.name] : undefined
      if (wanted !== undefined && !fits(wanted, field.shape))
        throw unfit(`the field "${field.name}" of "${shape.name}" is of type ${field.shape.kind}`)
    }
  }
  return { kind, name: shape.name, shape }
}

/** Whether a field of this shape can be read as `kind`; null beside it in a union stands for "absent". */
function fits(kind: FieldKind, shape: Shape): boolean {
  if (shape.kind === 'null') return true
  if (shape.kind === 'union') return shape.branches.every(branch => branch.kind !== 'union' && fits(kind, branch))
  switch (kind) {
    case 'clock':
    case 'long':
    case 'int':
      return isWhole(shape)
    case 'boolean':
      return shape.kind === 'boolean'
    case 'text':
    case 'optional text':
    case 'path':
      return isText(shape)
    case 'oid':
    case 'optional oid':
      return shape.kind === 'record' && has(shape, 'createTS', isWhole) && has(shape, 'hpid', isWhole)
    case 'foid':
    case 'optional foid':
      return shape.kind === 'fixed' && shape.size === 20
    case 'texts':
      return shape.kind === 'array' && isText(shape.items)
    case 'addresses':
      return shape.kind === 'array' && isWhole(shape.items)
    case 'text map':
      return shape.kind === 'map' && isText(shape.items)
    case 'services':
      return shape.kind === 'array' && shape.items.kind === 'record' && isService(shape.items)
    case 'state':
    case 'containerType':
    case 'k8sComponent':
    case 'k8sAction':
      return shape.kind === 'enum'
    default:
      return kind satisfies never
  }
}

const isWhole = (shape: Shape): boolean => shape.kind === 'long' || shape.kind === 'int'
const isText = (shape: Shape): boolean => shape.kind === 'string' || shape.kind === 'bytes'

function has(record: RecordShape, name: string, fit: (shape: Shape) => boolean): boolean {
  return record.fields.some(field => field.name === name && fit(field.shape))
}

/** Fields of a service or port may be missing or null; those that are there must be readable. */
function isService(service: RecordShape): boolean {
  return service.fields.every(({ name, shape }) => {
    if (name === 'name' || name === 'id' || name === 'namespace') return fits('text', shape)
    if (name === 'clusterIP') return fits('addresses', shape)
    return (
      name !== 'portList' ||
      each(shape, list => list.kind === 'array' && list.items.kind === 'record' && list.items.fields.every(isPortField))
    )
  })
}

function isPortField({ name, shape }: FieldShape): boolean {
  if (name === 'proto') return fits('text', shape)
  return name === 'port' || name === 'targetPort' || name === 'nodePort' ? fits('int', shape) : true
}

/** A shape, or each branch of a union beside null. */
const each = (shape: Shape, fit: (shape: Shape) => boolean): boolean =>
  shape.kind === 'union'
    ? shape.branches.every(branch => branch.kind === 'null' || fit(branch))
    : shape.kind === 'null' || fit(shape)
