// SPDX-License-Identifier: Apache-2.0
import type { FieldShape, ListShape, Shape } from './shape.js'

/**
 * The shape of an Avro schema in the forms that writers of SysFlow use: types by their full names, each defined where it first
 * stands, simple defaults. Undefined for all else, right or wrong: then the Avro package decides, whose loading takes longer
 * than a small trace.
 */
export function plainShape(schema: unknown): Shape | undefined {
  try {
    return new PlainSchema().shape(schema)
  } catch (error) {
    if (error === NOT_PLAIN) return undefined
    throw error
  }
}

const NOT_PLAIN = new Error('the schema is not plain')

function expect(condition: boolean): asserts condition {
  if (!condition) throw NOT_PLAIN
}

type Json = Readonly<Record<string, unknown>>

class PlainSchema {
  readonly #named = new Map<string, Shape>()

  shape(schema: unknown): Shape {
    if (typeof schema === 'string') return isPrimitive(schema) ? { kind: schema } : this.#known(schema)
    if (Array.isArray(schema)) return this.#union(schema)
    expect(typeof schema === 'object' && schema !== null)
    return this.#defined(schema as Json)
  }

  #known(name: string): Shape {
    const shape = this.#named.get(name)
    expect(shape !== undefined)
    return shape
  }

  #defined(schema: Json): Shape {
    const { type } = schema
    switch (type) {
      case 'record':
        return this.#record(schema)
      case 'enum': {
        const { symbols } = only(schema, NAMED, 'symbols')
        expect(Array.isArray(symbols) && symbols.length > 0 && symbols.every(isSimpleName))
        expect(new Set(symbols).size === symbols.length)
        return this.#name(schema, { kind: 'enum', symbols })
      }
      case 'fixed': {
        const { size } = only(schema, NAMED, 'size')
        expect(typeof size === 'number' && Number.isInteger(size) && size > 0 && size < 65536)
        return this.#name(schema, { kind: 'fixed', size })
      }
      case 'array': {
        const items = this.shape(only(schema, 'items').items)
        return list('array', items)
      }
      case 'map':
        return list('map', this.shape(only(schema, 'values').values))
      default:
        // A clock annotated as a date stays the plain number that it is (Q01).
        only(schema, 'logicalType')
        expect(typeof type === 'string' && isPrimitive(type))
        return { kind: type }
    }
  }

  #union(branches: readonly unknown[]): Shape {
    expect(branches.length > 0)
    const shapes = branches.map(branch => this.shape(branch))
    const names = shapes.map((shape, index) => (isNamed(shape) ? fullNameIn(branches[index]) : shape.kind))
    expect(new Set(names).size === names.length && !names.includes('union'))
    return { kind: 'union', branches: shapes }
  }

  #record(schema: Json): Shape {
    const { fields } = only(schema, NAMED, 'fields')
    const shapes: FieldShape[] = []
    const record = { kind: 'record' as const, name: fullName(schema), fields: shapes, isEmpty: true }
    this.#name(schema, record)
    expect(Array.isArray(fields))
    for (const field of fields as readonly unknown[]) {
      expect(typeof field === 'object' && field !== null && !Array.isArray(field))
      const { name, type, default: value } = only(field as Json, 'name', 'default', 'doc')
      expect(isSimpleName(name) && !shapes.some(known => known.name === name))
      const shape = this.shape(type)
      expect(value === undefined || isDefaultOf(shape, value))
      shapes.push({ name, shape })
    }
    // A record that holds itself outright (not through a union, array or map) could never be written; let it count as empty.
    record.isEmpty = shapes.every(({ shape }) => isEmptyShape(shape))
    return record
  }

  #name<S extends Shape>(schema: Json, shape: S): S {
    const name = fullName(schema)
    expect(!this.#named.has(name))
    this.#named.set(name, shape)
    return shape
  }
}

const NAMED = ['name', 'namespace', 'doc']

/** The schema, if it says nothing beside its type and these. */
function only(schema: Json, ...keys: readonly (string | readonly string[])[]): Json {
  const known = ['type', ...keys.flat()]
  expect(Object.keys(schema).every(key => known.includes(key)))
  expect(schema.doc === undefined || typeof schema.doc === 'string')
  return schema
}

/** Both spellings of a full name. What has none takes it from its surroundings, which only the package follows. */
function fullName({ name, namespace }: Json): string {
  expect(typeof name === 'string' && (namespace === undefined || typeof namespace === 'string'))
  const full = namespace === undefined ? name : `${namespace}.${name}`
  expect(FULL_NAME.test(full) && !(namespace !== undefined && name.includes('.')) && !isPrimitive(full.replace(/.*\./, '')))
  return full
}

const fullNameIn = (branch: unknown): string => (typeof branch === 'string' ? branch : fullName(branch as Json))

const FULL_NAME = /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)+$/
const isSimpleName = (name: unknown): name is string => typeof name === 'string' && /^[A-Za-z_]\w*$/.test(name)

const PRIMITIVES = ['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'] as const
const isPrimitive = (name: string): name is (typeof PRIMITIVES)[number] => PRIMITIVES.some(known => known === name)
const isNamed = ({ kind }: Shape): boolean => kind === 'record' || kind === 'enum' || kind === 'fixed'

function isDefaultOf(shape: Shape, value: unknown): boolean {
  if (shape.kind === 'string') return typeof value === 'string'
  if (shape.kind === 'boolean') return typeof value === 'boolean'
  return (shape.kind === 'int' || shape.kind === 'long') && typeof value === 'number' && (value | 0) === value
}

export const list = (kind: 'array' | 'map', items: Shape): ListShape => ({
  kind,
  items,
  isEmptyItem: kind === 'array' && isEmptyShape(items),
})

export const isEmptyShape = (shape: Shape): boolean =>
  shape.kind === 'null' || (shape.kind === 'fixed' && shape.size === 0) || (shape.kind === 'record' && shape.isEmpty)
