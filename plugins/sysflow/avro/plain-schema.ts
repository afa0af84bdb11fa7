// SPDX-License-Identifier: Apache-2.0
import type { AvroShape, FieldShape, ListShape } from './avro-shape.js'

/**
 * The shape of an Avro schema in the forms that writers of SysFlow use: types by their full names, each defined where it first
 * stands, simple defaults. Undefined for all else, right or wrong: then the Avro package decides, whose loading takes longer
 * than a small trace.
 */
export function parsePlainSchema(schema: unknown): AvroShape | undefined {
  try {
    return new PlainSchemaParser().shape(schema)
  } catch (error) {
    if (error === NOT_PLAIN) return undefined
    throw error
  }
}

const NOT_PLAIN = new Error('the schema is not plain')

function assertPlain(condition: boolean): asserts condition {
  if (!condition) throw NOT_PLAIN
}

type Json = Readonly<Record<string, unknown>>

class PlainSchemaParser {
  readonly #named = new Map<string, AvroShape>()

  shape(schema: unknown): AvroShape {
    if (typeof schema === 'string') return isPrimitive(schema) ? { kind: schema } : this.#reference(schema)
    if (Array.isArray(schema)) return this.#union(schema)
    assertPlain(typeof schema === 'object' && schema !== null)
    return this.#definition(schema as Json)
  }

  #reference(name: string): AvroShape {
    const shape = this.#named.get(name)
    assertPlain(shape !== undefined)
    return shape
  }

  #definition(schema: Json): AvroShape {
    const { type } = schema
    switch (type) {
      case 'record':
        return this.#record(schema)
      case 'enum': {
        const { symbols } = withOnlyKeys(schema, NAMED_TYPE_KEYS, 'symbols')
        assertPlain(Array.isArray(symbols) && symbols.length > 0 && symbols.every(isSimpleName))
        assertPlain(new Set(symbols).size === symbols.length)
        return this.#register(schema, { kind: 'enum', symbols })
      }
      case 'fixed': {
        const { size } = withOnlyKeys(schema, NAMED_TYPE_KEYS, 'size')
        assertPlain(typeof size === 'number' && Number.isInteger(size) && size > 0 && size < 65536)
        return this.#register(schema, { kind: 'fixed', size })
      }
      case 'array': {
        const items = this.shape(withOnlyKeys(schema, 'items').items)
        return listShape('array', items)
      }
      case 'map':
        return listShape('map', this.shape(withOnlyKeys(schema, 'values').values))
      default:
        // A clock annotated as a date stays the plain number that it is (Q01).
        withOnlyKeys(schema, 'logicalType')
        assertPlain(typeof type === 'string' && isPrimitive(type))
        return { kind: type }
    }
  }

  #union(branches: readonly unknown[]): AvroShape {
    assertPlain(branches.length > 0)
    const shapes = branches.map(branch => this.shape(branch))
    const names = shapes.map((shape, index) => (isNamed(shape) ? fullNameIn(branches[index]) : shape.kind))
    assertPlain(new Set(names).size === names.length && !names.includes('union'))
    return { kind: 'union', branches: shapes }
  }

  #record(schema: Json): AvroShape {
    const { fields } = withOnlyKeys(schema, NAMED_TYPE_KEYS, 'fields')
    const shapes: FieldShape[] = []
    const record = { kind: 'record' as const, name: fullName(schema), fields: shapes, isEmpty: true }
    this.#register(schema, record)
    assertPlain(Array.isArray(fields))
    for (const field of fields as readonly unknown[]) {
      assertPlain(typeof field === 'object' && field !== null && !Array.isArray(field))
      const { name, type, default: value } = withOnlyKeys(field as Json, 'name', 'default', 'doc')
      assertPlain(isSimpleName(name) && !shapes.some(known => known.name === name))
      const shape = this.shape(type)
      assertPlain(value === undefined || isDefaultOf(shape, value))
      shapes.push({ name, shape })
    }
    // A record that holds itself outright (not through a union, array or map) could never be written; let it count as empty.
    record.isEmpty = shapes.every(({ shape }) => isEmptyShape(shape))
    return record
  }

  #register<S extends AvroShape>(schema: Json, shape: S): S {
    const name = fullName(schema)
    assertPlain(!this.#named.has(name))
    this.#named.set(name, shape)
    return shape
  }
}

const NAMED_TYPE_KEYS = ['name', 'namespace', 'doc']

/** The schema, if it says nothing beside its type and these. */
function withOnlyKeys(schema: Json, ...keys: readonly (string | readonly string[])[]): Json {
  const known = ['type', ...keys.flat()]
  assertPlain(Object.keys(schema).every(key => known.includes(key)))
  assertPlain(schema.doc === undefined || typeof schema.doc === 'string')
  return schema
}

/** Both spellings of a full name. What has none takes it from its surroundings, which only the package follows. */
function fullName({ name, namespace }: Json): string {
  assertPlain(typeof name === 'string' && (namespace === undefined || typeof namespace === 'string'))
  const full = namespace === undefined ? name : `${namespace}.${name}`
  assertPlain(FULL_NAME.test(full) && !(namespace !== undefined && name.includes('.')) && !isPrimitive(full.replace(/.*\./, '')))
  return full
}

const fullNameIn = (branch: unknown): string => (typeof branch === 'string' ? branch : fullName(branch as Json))

const FULL_NAME = /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)+$/
const isSimpleName = (name: unknown): name is string => typeof name === 'string' && /^[A-Za-z_]\w*$/.test(name)

const PRIMITIVES = ['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'] as const
const isPrimitive = (name: string): name is (typeof PRIMITIVES)[number] => PRIMITIVES.some(known => known === name)
const isNamed = ({ kind }: AvroShape): boolean => kind === 'record' || kind === 'enum' || kind === 'fixed'

function isDefaultOf(shape: AvroShape, value: unknown): boolean {
  if (shape.kind === 'string') return typeof value === 'string'
  if (shape.kind === 'boolean') return typeof value === 'boolean'
  return (shape.kind === 'int' || shape.kind === 'long') && typeof value === 'number' && (value | 0) === value
}

export const listShape = (kind: 'array' | 'map', items: AvroShape): ListShape => ({
  kind,
  items,
  isEmptyItem: kind === 'array' && isEmptyShape(items),
})

export const isEmptyShape = (shape: AvroShape): boolean =>
  shape.kind === 'null' || (shape.kind === 'fixed' && shape.size === 0) || (shape.kind === 'record' && shape.isEmpty)
