// SPDX-License-Identifier: Apache-2.0
import { SCHEMA_V5 } from '../avro/schema-v5.js'

/** Schema nodes as mutable JSON. */
type Node = string | Node[] | { [key: string]: unknown }
type Record_ = { type: 'record'; name: string; fields: Field[] }
interface Field {
  name: string
  type: Node
}

/** A small pseudo-random generator: the same seed gives the same schemas and values. */
export class SchemaRandom {
  #state: number

  constructor(seed: number) {
    this.#state = seed | 0
  }

  /** An integer from 0 to `limit` - 1. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit)
  }

  chance(probability: number): boolean {
    return this.below(1 << 20) < probability * (1 << 20)
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T
  }

  shuffled<T>(list: readonly T[]): T[] {
    return list
      .map(item => ({ item, order: this.below(2 ** 30) }))
      .sort((a, b) => a.order - b.order)
      .map(({ item }) => item)
  }
}

/** Required fields of a SysFlow schema. */
const REQUIRED_FIELDS: Readonly<Record<string, readonly string[]>> = {
  'sysflow.entity.Container': ['id'],
  'sysflow.entity.Process': ['oid'],
  'sysflow.entity.File': ['oid'],
  'sysflow.entity.Pod': ['id'],
  'sysflow.event.ProcessEvent': ['procOID', 'ts'],
  'sysflow.flow.NetworkFlow': ['procOID', 'ts'],
  'sysflow.flow.FileFlow': ['procOID', 'ts'],
  'sysflow.event.FileEvent': ['procOID', 'ts'],
  'sysflow.event.K8sEvent': ['ts'],
  'sysflow.type.OID': ['createTS', 'hpid'],
}

/** A writer's schema of another version: fields missing, added, reordered or optional, and the same for branches. */
export function evolvedSchema(random: SchemaRandom): object {
  const root = withoutReferences(structuredClone(SCHEMA_V5) as Node) as Record_
  const rec = root.fields[0] as Field
  let branches = (rec.type as Node[]).map(branch => evolvedRecord(branch as Record_, random))
  const hard = branches.filter(() => !random.chance(0.08))
  branches = hard.length > 0 ? hard : branches
  for (let extra = random.below(3); extra > 0; extra--)
    branches.push(
      evolvedRecord({ type: 'record', name: `sysflow.event.Later${extra}`, fields: [{ name: 'ts', type: 'long' }] }, random),
    )
  rec.type = random.chance(0.5) ? random.shuffled(branches) : branches
  return withReferences(root, random.chance(0.5)) as object
}

let serial = 0

function evolvedRecord(record: Record_, random: SchemaRandom): Record_ {
  const required = REQUIRED_FIELDS[record.name] ?? []
  let fields = record.fields.filter(field => required.includes(field.name) || !random.chance(0.12))
  fields = fields.map(field => ({ name: field.name, type: evolvedType(field.type, random, !required.includes(field.name)) }))
  while (random.chance(0.3)) fields.push({ name: `later${serial++}`, type: anyType(random, 3) })
  return { ...record, fields: random.chance(0.4) ? random.shuffled(fields) : fields }
}

function evolvedType(type: Node, random: SchemaRandom, mayBeAbsent: boolean): Node {
  if (Array.isArray(type)) {
    const branches = type.map(branch => evolvedType(branch, random, false))
    return random.chance(0.2) ? branches.reverse() : branches
  }
  if (mayBeAbsent && random.chance(0.1))
    return random.chance(0.5) ? ['null', evolvedType(type, random, false)] : [evolvedType(type, random, false), 'null']
  if (type === 'int' && random.chance(0.1)) return 'long'
  if (type === 'string' && random.chance(0.05)) return 'bytes'
  if (typeof type === 'string') return type
  if (type.type === 'record') return evolvedRecord(type as unknown as Record_, random)
  if (type.type === 'array') return { ...type, items: evolvedType(type.items as Node, random, false) }
  if (type.type === 'enum' && random.chance(0.2))
    return { ...type, symbols: random.shuffled([...(type.symbols as string[]), 'A_LATER_SYMBOL']) }
  return type
}

const PLAIN = ['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'] as const

function anyType(random: SchemaRandom, depth: number): Node {
  const name = (): string => `later.Type${serial++}`
  switch (depth === 0 ? 0 : random.below(8)) {
    case 1:
      return { type: 'array', items: anyType(random, depth - 1) }
    case 2:
      return { type: 'map', values: anyType(random, depth - 1) }
    case 3:
      return { type: 'fixed', name: name(), size: 1 + random.below(30) }
    case 4:
      return { type: 'enum', name: name(), symbols: ['A', 'B', 'C'] }
    case 5:
      return ['null', 'string', { type: 'array', items: anyType(random, depth - 1) }]
    case 6: {
      const self = name()
      return {
        type: 'record',
        name: self,
        fields: [
          { name: 'value', type: anyType(random, depth - 1) },
          { name: 'next', type: ['null', self] },
        ],
      }
    }
    default:
      return random.pick(PLAIN)
  }
}

/** Replaces each reference to a named type by its definition, so fields can be moved. */
function withoutReferences(node: Node, named = new Map<string, Node>()): Node {
  if (typeof node === 'string') return named.get(node) ?? node
  if (Array.isArray(node)) return node.map(item => withoutReferences(item, named))
  const open: { [key: string]: unknown } = { ...node }
  if (Array.isArray(node.fields))
    open.fields = node.fields.map((field: Field) => ({ ...field, type: withoutReferences(field.type, named) }))
  for (const key of ['items', 'values']) if (node[key] !== undefined) open[key] = withoutReferences(node[key] as Node, named)
  if (typeof node.name === 'string') named.set(node.name, open)
  return open
}

/** Writes a definition at the first occurrence of a name and references after it, in either of the two spellings of names. */
function withReferences(node: Node, split: boolean, met = new Map<string, string>()): Node {
  if (typeof node === 'string') return node
  if (Array.isArray(node)) return node.map(item => withReferences(item, split, met))
  const out: { [key: string]: unknown } = { ...node }
  if (typeof node.name === 'string') {
    const known = met.get(node.name)
    if (known !== undefined) return known
    met.set(node.name, node.name)
    const dot = node.name.lastIndexOf('.')
    if (split) Object.assign(out, { name: node.name.slice(dot + 1), namespace: node.name.slice(0, dot) })
  }
  if (Array.isArray(node.fields))
    out.fields = node.fields.map((field: Field) => ({ ...field, type: withReferences(field.type, split, met) }))
  for (const key of ['items', 'values']) if (node[key] !== undefined) out[key] = withReferences(node[key] as Node, split, met)
  return out
}
