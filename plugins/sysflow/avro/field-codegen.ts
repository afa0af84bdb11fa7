// SPDX-License-Identifier: Apache-2.0

import type { AvroShape } from './avro-shape.js'
import { type DecodedKind, ENUMERATIONS, type EnumerationName, FIELD_DEFAULTS, type FieldKind } from './layout.js'

/** Values that generated code references by number. */
export class GeneratedConstants {
  readonly shapes: AvroShape[] = []
  readonly symbols: Int8Array[] = []

  addShape(shape: AvroShape): string {
    return `shapes[${this.shapes.push(shape) - 1}]`
  }

  /** Adds a table from an enumeration's wire index to our index. */
  addEnumeration(symbols: readonly string[], name: EnumerationName): string {
    const { symbols: ownSymbols, prefix, fallback } = ENUMERATIONS[name]
    const known: readonly string[] = ownSymbols.map(symbol => prefix + symbol)
    const table = symbols.map(symbol => (known.includes(symbol) ? known.indexOf(symbol) : known.indexOf(prefix + fallback)))
    return `symbols[${this.symbols.push(Int8Array.from(table)) - 1}]`
  }
}

/** Declares the local variables of a field, with their values if the writer's schema lacks the field. */
export function declareField(branch: DecodedKind, name: string, kind: FieldKind): string {
  switch (kind) {
    case 'clock':
      return `let ${name}High = 0, ${name}Low = 0`
    case 'oid':
    case 'optional oid':
      return `let ${name}High = 0, ${name}Low = 0, ${name}Pid = 0, ${name}Has = false`
    case 'foid':
    case 'optional foid':
      return `let ${name}At = -1`
    case 'path':
      return `let ${name}At = 0, ${name}End = 0`
    case 'boolean':
      return `let ${name} = false`
    case 'optional text':
      return `let ${name} = null`
    case 'texts':
    case 'addresses':
    case 'services':
      return `let ${name} = NOTHING`
    case 'text map':
      return `let ${name} = NO_TEXTS`
    default:
      return `let ${name} = ${JSON.stringify(FIELD_DEFAULTS[`${branch}.${name}`] ?? (kind === 'text' ? '' : 0))}`
  }
}

/** Reads a known field of this shape into its locals and advances `pos`. */
export function readField(name: string, kind: FieldKind, shape: AvroShape, constants: GeneratedConstants): string {
  if (shape.kind === 'null') return ''
  if (shape.kind === 'union') {
    const cases = shape.branches.map((branch, index) => `case ${index * 2}: ${readField(name, kind, branch, constants)}; break`)
    return `switch (bytes[pos++]) { ${cases.join('\n')}\n default: bad = 1 }`
  }
  switch (kind) {
    case 'clock':
      return clockCode(name)
    case 'long':
    case 'int':
      return varintCode(name, kind)
    case 'boolean':
      return `if ((b = bytes[pos++]) > 1) bad = 1; ${name} = b === 1`
    case 'text':
    case 'optional text':
      return scannerCode(`${name} = scanner.text()`)
    case 'path':
      return `${varintCode('n', 'long')}; ${name}At = pos; if (n >= 0 && n <= end - pos) { pos += n; ${name}End = pos } else bad = 1`
    case 'oid':
    case 'optional oid':
      return shape.kind === 'record' ? objectIdCode(name, shape.fields, constants) : ''
    case 'foid':
    case 'optional foid':
      return `${name}At = pos; pos += 20`
    case 'texts':
      return scannerCode(`${name} = scanner.texts()`)
    case 'addresses':
      return scannerCode(`${name} = scanner.addresses()`)
    case 'text map':
      return scannerCode(`${name} = scanner.textMap()`)
    case 'services':
      return scannerCode(`${name} = scanner.services(${constants.addShape(shape)})`)
    default:
      return shape.kind === 'enum'
        ? `${varintCode('m', 'int')}; ${name} = ${constants.addEnumeration(shape.symbols, kind)}[m]; if (${name} === undefined) { ${name} = 0; bad = 1 }`
        : ''
  }
}

/** Skips an unknown field. */
export const skipField = (shape: AvroShape, constants: GeneratedConstants): string =>
  scannerCode(`scanner.skip(${constants.addShape(shape)})`)

const scannerCode = (read: string): string => `scanner.position = pos; ${read}; pos = scanner.position`

function objectIdCode(
  name: string,
  fields: readonly { name: string; shape: AvroShape }[],
  constants: GeneratedConstants,
): string {
  const reads = fields.map(field => {
    if (field.name === 'createTS') return clockCode(name)
    return field.name === 'hpid' ? varintCode(`${name}Pid`, 'long') : skipField(field.shape, constants)
  })
  return `${name}Has = true\n${reads.join('\n')}`
}

/** Numbers of up to four bytes, such as process ids, are read inline. The scanner reads longer ones and those past the end. */
const varintCode = (
  target: string,
  kind: 'int' | 'long',
): string => `if ((n = bytes[pos]) < 128) { pos++; ${target} = n >>> 1 ^ -(n & 1) }
  else if ((b = bytes[pos + 1]) < 128) { pos += 2; n = n & 127 | b << 7; ${target} = n >>> 1 ^ -(n & 1) }
  else if ((m = bytes[pos + 2]) < 128) { pos += 3; n = n & 127 | (b & 127) << 7 | m << 14; ${target} = n >>> 1 ^ -(n & 1) }
  else if ((c = bytes[pos + 3]) < 128) { pos += 4; n = n & 127 | (b & 127) << 7 | (m & 127) << 14 | c << 21; ${target} = n >>> 1 ^ -(n & 1) }
  else { scanner.position = pos; ${target} = scanner.${kind}(); pos = scanner.position }`

/**
 * Current nanosecond times take nine bytes, of which eight have the continuation bit; 0 (a process older than the capture)
 * takes one.
 */
const clockCode = (
  target: string,
): string => `if (pos + 9 <= end && ((n = view.getInt32(pos, true)) & (m = view.getInt32(pos + 4, true)) & ${CONTINUATION_BITS}) === ${CONTINUATION_BITS}
      && (b = bytes[pos + 8]) < 128) {
    n = ${sevenBitGroups('n')}
    m = ${sevenBitGroups('m')}
    n |= m << 28
    m = m >>> 4 | b << 24
    b = -(n & 1)
    ${target}High = (m >>> 1) ^ b
    ${target}Low = (n >>> 1 | m << 31) ^ b
    pos += 9
  } else if (bytes[pos] === 0) { pos++; ${target}High = 0; ${target}Low = 0 }
  else { scanner.position = pos; scanner.int64(); pos = scanner.position; ${target}High = scanner.high; ${target}Low = scanner.low }`

/** The continuation bits of four bytes, as a signed number. */
const CONTINUATION_BITS = 0x80808080 | 0

/** The lower seven bits of each byte of a word. */
const sevenBitGroups = (word: string): string =>
  `${word} & 0x7f | ${word} >>> 1 & 0x3f80 | ${word} >>> 2 & 0x1fc000 | ${word} >>> 3 & 0xfe00000`
