// SPDX-License-Identifier: Apache-2.0

interface OperatorDefinition {
  readonly name: string
  /** As what it takes its two sides; `presence` has one side. */
  readonly compares: 'texts' | 'numbers' | 'presence'
  /** Operands at the right. */
  readonly right: 'one' | 'list' | 'none'
}

/** All operators of the language; what else knows them by name is compared with this table by the compiler or by a test. */
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

/** Other names, and the operators that they stand for: Falco's `intersects` asks of a list what `in` asks of it here. */
const SYNONYMS = { intersects: 'in' } as const satisfies Readonly<Record<string, OperatorName>>

/** As a rule may write it. */
export type WrittenOperator = OperatorName | keyof typeof SYNONYMS

export const TEXT_OPERATORS: readonly TextOperator[] = DEFINITIONS.flatMap(one => (one.compares === 'texts' ? [one.name] : []))
export const NUMBER_OPERATORS: readonly NumberOperator[] = DEFINITIONS.flatMap(one =>
  one.compares === 'numbers' ? [one.name] : [],
)
/** Those with one operand at each side. */
export const BINARY_OPERATORS: readonly OperatorName[] = DEFINITIONS.flatMap(one => (one.right === 'one' ? [one.name] : []))
export const WRITTEN_OPERATORS: readonly WrittenOperator[] = [
  ...DEFINITIONS.map(({ name }) => name),
  ...(Object.keys(SYNONYMS) as (keyof typeof SYNONYMS)[]),
]

export const operatorNamed = (written: WrittenOperator): OperatorName => (written === 'intersects' ? SYNONYMS[written] : written)

const LIST_OPERATORS: ReadonlySet<WrittenOperator> = new Set(DEFINITIONS.flatMap(one => (one.right === 'list' ? [one.name] : [])))

/** Those with any number of members in parentheses. */
export const takesList = (written: WrittenOperator): boolean => LIST_OPERATORS.has(operatorNamed(written))

export const comparesNumbers = (operator: OperatorName): operator is NumberOperator =>
  NUMBER_OPERATORS.some(one => one === operator)
