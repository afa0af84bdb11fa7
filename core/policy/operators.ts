// SPDX-License-Identifier: Apache-2.0

interface OperatorDefinition {
  readonly name: string
  /** The type as which the operator compares its two sides; `presence` has one side. */
  readonly compares: 'texts' | 'numbers' | 'presence'
  /** Number of operands on the right. */
  readonly right: 'one' | 'list' | 'none'
}

/** All operators of the language. The compiler or a test compares all other lists of operators with this table. */
const DEFINITIONS = [
  { name: '=', compares: 'texts', right: 'one' },
  { name: '!=', compares: 'texts', right: 'one' },
  { name: 'contains', compares: 'texts', right: 'one' },
  { name: 'icontains', compares: 'texts', right: 'one' },
  { name: 'bcontains', compares: 'texts', right: 'one' },
  { name: 'startswith', compares: 'texts', right: 'one' },
  { name: 'bstartswith', compares: 'texts', right: 'one' },
  { name: 'endswith', compares: 'texts', right: 'one' },
  { name: 'glob', compares: 'texts', right: 'one' },
  { name: 'regex', compares: 'texts', right: 'one' },
  { name: 'in', compares: 'texts', right: 'list' },
  { name: 'pmatch', compares: 'texts', right: 'list' },
  { name: '<', compares: 'numbers', right: 'one' },
  { name: '<=', compares: 'numbers', right: 'one' },
  { name: '>', compares: 'numbers', right: 'one' },
  { name: '>=', compares: 'numbers', right: 'one' },
  { name: 'exists', compares: 'presence', right: 'none' },
] as const satisfies readonly OperatorDefinition[]

type Definition = (typeof DEFINITIONS)[number]
export type OperatorName = Definition['name']
export type TextOperator = Extract<Definition, { compares: 'texts' }>['name']
export type NumberOperator = Extract<Definition, { compares: 'numbers' }>['name']

/** Synonyms of operators. Falco's `intersects` means for a list what `in` means here. */
const SYNONYMS = { intersects: 'in' } as const satisfies Readonly<Record<string, OperatorName>>

/** An operator as written in a rule. */
export type WrittenOperator = OperatorName | keyof typeof SYNONYMS

export const TEXT_OPERATORS: readonly TextOperator[] = DEFINITIONS.flatMap(one => (one.compares === 'texts' ? [one.name] : []))
export const NUMBER_OPERATORS: readonly NumberOperator[] = DEFINITIONS.flatMap(one =>
  one.compares === 'numbers' ? [one.name] : [],
)
/** Operators with one operand on each side. */
export const BINARY_OPERATORS: readonly OperatorName[] = DEFINITIONS.flatMap(one => (one.right === 'one' ? [one.name] : []))
export const WRITTEN_OPERATORS: readonly WrittenOperator[] = [
  ...DEFINITIONS.map(({ name }) => name),
  ...(Object.keys(SYNONYMS) as (keyof typeof SYNONYMS)[]),
]

export const operatorNamed = (written: WrittenOperator): OperatorName => (written === 'intersects' ? SYNONYMS[written] : written)

const LIST_OPERATORS: ReadonlySet<WrittenOperator> = new Set(DEFINITIONS.flatMap(one => (one.right === 'list' ? [one.name] : [])))

/** Operators with any number of members in parentheses. */
export const takesList = (written: WrittenOperator): boolean => LIST_OPERATORS.has(operatorNamed(written))

export const comparesNumbers = (operator: OperatorName): operator is NumberOperator =>
  NUMBER_OPERATORS.some(one => one === operator)
