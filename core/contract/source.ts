// SPDX-License-Identifier: Apache-2.0
import type { AnyValue } from './any-value.js'
import type { Batch } from './batch.js'

/**
 * How the policy engine sees the records of one channel type. The engine knows no more of SysFlow, logs or packets than
 * what a source tells it here.
 */
export interface Source<B extends Batch> {
  /** Channel type whose batches this source reads, for example `flattenerchan`. */
  readonly channel: string
  /** Channel type that carries them once they are judged, for example `eventchan`. */
  readonly judged: string
  /** Record types that a prefilter may name, for example PE; none: prefilters mean nothing here and are passed over. */
  readonly recordTypes: readonly string[]
  readonly vocabulary: Vocabulary<B>
  /** Record type of a row, one of `recordTypes`; absent where there are none. */
  typeOf?(batch: B, row: number): string
  /** All that a row says, by attribute, where an open vocabulary cannot list it; safe to keep. */
  snapshot?(batch: B, row: number): ReadonlyMap<string, AnyValue>
  /** Names of attributes that tell a person in one line what a record is about. */
  readonly gist?: readonly string[]
  /**
   * A small whole number that decides every attribute of lane `group`: rows with equal numbers have equal values there.
   * For SysFlow it is made of record type and operation flags.
   */
  group(batch: B, row: number): number
  /** Entities whose attributes stay the same for as long as the entity object lives. */
  readonly lanes: readonly Lane<B>[]
}

export interface Lane<B extends Batch> {
  readonly name: string
  entity(batch: B, row: number): Entity
}

/** Something that many records point at. What is computed from it alone is kept with it, one memo per owner. */
export interface Entity {
  memo: Memo | null
}

/** One owner's notes on one entity: predicate results of a plan, encoded fragments of an encoder. */
export interface Memo {
  readonly owner: object
  readonly next: Memo | null
}

/** Finds `owner`'s memo, or has it made and puts it first. Owners are few (engines and encoders), so the list is short. */
export function memoOf<M extends Memo>(entity: Entity, owner: object, make: (next: Memo | null) => M): M {
  for (let memo = entity.memo; memo !== null; memo = memo.next) if (memo.owner === owner) return memo as M
  const made = make(entity.memo)
  entity.memo = made
  return made
}

/** The names that a policy may use. */
export interface Vocabulary<B extends Batch> {
  /** By name or alias. */
  find(name: string): Attribute<B> | undefined
  /**
   * Records bring their own names: `find` answers every word, `names` lists none. What stands at the right of an operator is
   * then always a text.
   */
  readonly isOpen?: true
  /** Every name and alias, for suggestions. */
  readonly names: readonly string[]
  /** The names that together say everything; the others repeat it in the words of other products. Absent: all names. */
  readonly own?: readonly string[]
  /** Why a name that other products document has no value here ("SysFlow records no login user id"); undefined for an unknown word. */
  unavailable(name: string): string | undefined
  /** The name that is meant by an old or misspelt one found in rule files in circulation. */
  formerly(name: string): string | undefined
}

/** `group`: decided by {@link Source.group}; a lane's name: decided by that entity alone; `row`: may differ in every row. */
export type Dependence = 'group' | 'row' | (string & {})

interface AttributeFacts {
  readonly name: string
  readonly aliases: readonly string[]
  readonly dependsOn: Dependence
  /**
   * What decides it in the rows of one group, where that is less than `dependsOn` says of all rows: `group` where it has one
   * value there (it says nothing about such records), a lane's name where it is a matter of that entity alone, with the same
   * value in every group that answers so. It saves much work: `fd.name` is read once a file rather than once a row.
   */
  readonly within?: (group: number) => Dependence
  readonly description: string
  /** Record types that it says something about. */
  readonly types: readonly string[]
}

type Read<B, V> = (batch: B, row: number) => V

/**
 * One named, typed value of a record. It has one type for ever. `clock` is a 64-bit count of nanoseconds, read whole as a
 * bigint or, on the hot path, as its signed high and unsigned low 32 bits. `json` is text that a path suffix selects in.
 * A number in brackets selects from a list, or from `indexed` where that is another one: `proc.aname` are the ancestors, and
 * `proc.aname[0]` is the process itself.
 */
export type TypedAttribute<B extends Batch> = AttributeFacts &
  (
    | { readonly type: 'text' | 'json'; readonly read: Read<B, string> }
    | { readonly type: 'number'; readonly read: Read<B, number> }
    | { readonly type: 'boolean'; readonly read: Read<B, boolean> }
    | { readonly type: 'clock'; readonly read: Read<B, bigint>; readonly high: Read<B, number>; readonly low: Read<B, number> }
    | { readonly type: 'texts'; readonly read: Read<B, readonly string[]>; readonly indexed?: Read<B, readonly string[]> }
    | { readonly type: 'numbers'; readonly read: Read<B, readonly number[]>; readonly indexed?: Read<B, readonly number[]> }
  )

/** A value whose kind the record decides; undefined: the record does not have it. */
export type AnyAttribute<B extends Batch> = AttributeFacts & {
  readonly type: 'any'
  readonly read: Read<B, AnyValue | undefined>
}

export type Attribute<B extends Batch> = TypedAttribute<B> | AnyAttribute<B>

export type AttributeType = Attribute<Batch>['type']
export type Value = string | number | boolean | bigint | readonly string[] | readonly number[]
