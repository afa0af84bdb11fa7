// SPDX-License-Identifier: Apache-2.0

import avsc, { type schema as AvscSchema, type Type } from 'avsc'
import { isObjectOrList } from '../../../core/contract/objects.js'
import type { Fault } from '../../../core/errors/fault.js'
import type { BranchKind } from '../entities/branch-kinds.js'
import { sysflowFault } from '../errors.js'
import type { AvroShape, FieldShape, ListShape, RecordShape } from './avro-shape.js'
import { BRANCH_KIND_BY_NAME, DECODED_FIELDS, type FieldKind, MANDATORY_FIELDS } from './layout.js'

/** The schema from a trace's header: the branches of the record union in wire order. */
export interface WriterSchema {
  readonly branches: readonly WriterBranch[]
}

export interface WriterBranch {
  readonly kind: BranchKind
  readonly name: string
  readonly shape: AvroShape
}

/** Parses the text of a writer's schema. Throws SFP_SYSFLOW_SCHEMA if it is not an Avro schema, or not one of SysFlow. */
export function parseWriterSchema(text: string): WriterSchema {
  const schema = parseSchemaJson(text)
  const root = shapeFromAvsc(schema)
  if (root.kind !== 'record') throw schemaFault(`its root is "${root.kind}", not a record`)
  const union = root.fields.length === 1 ? root.fields[0]?.shape : undefined
  if (union?.kind !== 'union') throw schemaFault(`the record "${root.name}" must have one field with a union`)
  if (union.branches.length > MAX_BRANCHES) throw schemaFault(`a union of ${union.branches.length} branches`)
  const branches = union.branches.map(writerBranchOf)
  if (!branches.some(branch => branch.kind !== 'unknown')) throw schemaFault(`"${root.name}" has none of SysFlow's records`)
  return { branches }
}

/** Real schemas have 4 to 14 kB. */
const MAX_SCHEMA_LENGTH = 256 * 1024
const MAX_NESTING = 64
/** The limit ensures that a branch number is one byte. */
const MAX_BRANCHES = 64

const schemaFault = (reason: string): Fault => sysflowFault('SFP_SYSFLOW_SCHEMA', { reason })

function parseSchemaJson(text: string): unknown {
  if (text.length > MAX_SCHEMA_LENGTH) throw schemaFault(`${text.length} characters of schema`)
  let schema: unknown
  try {
    schema = JSON.parse(text)
  } catch {
    throw schemaFault('it is not JSON')
  }
  if (isDeeper(schema, MAX_NESTING)) throw schemaFault(`it has more than ${MAX_NESTING} deep`)
  return schema
}

function isDeeper(value: unknown, levels: number): boolean {
  if (!isObjectOrList(value)) return false
  return levels === 0 || Object.values(value).some(inner => isDeeper(inner, levels - 1))
}

/** Converts the schema as avsc parsed it. */
function shapeFromAvsc(schema: unknown): AvroShape {
  const known = new Map<Type, AvroShape>()
  const visit = (type: Type): AvroShape => {
    const cached = known.get(type)
    if (cached) return cached
    if (type instanceof avsc.types.RecordType) {
      const fields: FieldShape[] = []
      const shape = { kind: 'record' as const, name: type.name ?? '', fields, isEmpty: true }
      known.set(type, shape)
      for (const field of type.fields) fields.push({ name: field.name, shape: visit(field.type) })
      // A record that contains itself directly (not through a union, array or map) can never be written, so it counts as empty.
      shape.isEmpty = fields.every(field => isEmptyShape(field.shape))
      return shape
    }
    const shape = nonRecordShape(type)
    known.set(type, shape)
    return shape
  }
  const nonRecordShape = (type: Type): AvroShape => {
    if (type instanceof avsc.types.ArrayType) return listShape('array', visit(type.itemsType))
    if (type instanceof avsc.types.MapType) return listShape('map', visit(type.valuesType))
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
        throw schemaFault(`the type "${type.typeName}" is not known`)
    }
  }
  let root: Type
  try {
    // No logical types are passed, so clocks annotated as dates remain plain numbers (Q01).
    root = avsc.Type.forSchema(schema as AvscSchema.AvroSchema, { wrapUnions: true })
  } catch (error) {
    throw schemaFault(error instanceof Error ? error.message.slice(0, 200) : 'Avro does not allow it')
  }
  return visit(root)
}

const listShape = (kind: 'array' | 'map', items: AvroShape): ListShape => ({
  kind,
  items,
  isEmptyItem: kind === 'array' && isEmptyShape(items),
})

const isEmptyShape = (shape: AvroShape): boolean =>
  shape.kind === 'null' || (shape.kind === 'fixed' && shape.size === 0) || (shape.kind === 'record' && shape.isEmpty)

function writerBranchOf(shape: AvroShape): WriterBranch {
  if (shape.kind !== 'record') return { kind: 'unknown', name: shape.kind, shape }
  const kind = BRANCH_KIND_BY_NAME.get(shape.name) ?? 'unknown'
  if (kind !== 'unknown' && kind !== 'NE' && kind !== 'PF') {
    const expected = DECODED_FIELDS[kind]
    for (const name of MANDATORY_FIELDS[kind])
      if (!shape.fields.some(field => field.name === name)) throw schemaFault(`"${shape.name}" lacks the field "${name}"`)
    for (const field of shape.fields) {
      const expectedKind = Object.hasOwn(expected, field.name) ? expected[field.name] : undefined
      if (expectedKind !== undefined && !isReadableAs(expectedKind, field.shape))
        throw schemaFault(`the field "${field.name}" of "${shape.name}" is of type ${field.shape.kind}`)
    }
  }
  return { kind, name: shape.name, shape }
}

/** True if a field of this shape can be read as `kind`. Null in a union means "absent". */
function isReadableAs(kind: FieldKind, shape: AvroShape): boolean {
  if (shape.kind === 'null') return true
  if (shape.kind === 'union') return shape.branches.every(branch => branch.kind !== 'union' && isReadableAs(kind, branch))
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
      return shape.kind === 'record' && hasField(shape, 'createTS', isWhole) && hasField(shape, 'hpid', isWhole)
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

const isWhole = (shape: AvroShape): boolean => shape.kind === 'long' || shape.kind === 'int'
const isText = (shape: AvroShape): boolean => shape.kind === 'string' || shape.kind === 'bytes'

function hasField(record: RecordShape, name: string, isAccepted: (shape: AvroShape) => boolean): boolean {
  return record.fields.some(field => field.name === name && isAccepted(field.shape))
}

/** Fields of a service or port may be missing or null; present fields must be readable. */
function isService(service: RecordShape): boolean {
  return service.fields.every(({ name, shape }) => {
    if (name === 'name' || name === 'id' || name === 'namespace') return isReadableAs('text', shape)
    if (name === 'clusterIP') return isReadableAs('addresses', shape)
    return (
      name !== 'portList' ||
      everyBranch(shape, list => list.kind === 'array' && list.items.kind === 'record' && list.items.fields.every(isPortField))
    )
  })
}

function isPortField({ name, shape }: FieldShape): boolean {
  if (name === 'proto') return isReadableAs('text', shape)
  return name === 'port' || name === 'targetPort' || name === 'nodePort' ? isReadableAs('int', shape) : true
}

/** Applies `isAccepted` to a shape, or to each branch of a union except null. */
const everyBranch = (shape: AvroShape, isAccepted: (shape: AvroShape) => boolean): boolean =>
  shape.kind === 'union'
    ? shape.branches.every(branch => branch.kind === 'null' || isAccepted(branch))
    : shape.kind === 'null' || isAccepted(shape)
