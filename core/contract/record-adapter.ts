// SPDX-License-Identifier: Apache-2.0
import type { AnyValue } from './any-value.js'
import type { Batch } from './batch.js'

/**
 * How the policy engine sees the records of one channel type. The engine knows no more of events, logs or packets than what
 * an adapter says here.
 */
export interface RecordAdapter<B extends Batch> {
  /** Channel type whose batches this adapter reads. */
  readonly channel: string
  /** Channel type that carries them once they are judged, for example `eventchan`. */
  readonly evaluatedChannel: string
  /** Record types that a prefilter may name, for example PE; none: prefilters mean nothing here and are passed over. */
  readonly recordTypes: readonly string[]
  readonly attributes: AttributeSet<B>
  /** Record type of a row, one of `recordTypes`: what prefilters compare. Absent where there are none. */
  recordType?(batch: B, row: number): string
  /** `group`: rows with equal group numbers have equal record types, which saves a test of each row. Absent: `row`. */
  readonly recordTypeDependsOn?: 'group' | 'row'
  /** When it happened, in nanoseconds since 1970; 0: the record does not say. Absent: no record of this type says it. */
  time?(batch: B, row: number): bigint
  /** A stable id: a record that is read again has the same. Absent: the encoded bytes decide the id. */
  id?(batch: B, row: number): string
  /**
   * The partition key `host` or `container`, or the attribute of that name; undefined where the record has none. Absent: the
   * text of the attribute of that name.
   */
  key?(name: string, batch: B, row: number): string | undefined
  /** All that a row says, by attribute, where an open vocabulary cannot list it; safe to keep. */
  snapshot?(batch: B, row: number): ReadonlyMap<string, AnyValue>
  /** Names of attributes that tell a person in one line what a record is about. */
  readonly summaryFields?: readonly string[]
  /**
   * A small whole number that decides every attribute of lane `group`: rows with equal numbers have equal values there.
   * It may be made of the record type and of the flags of an operation, for example.
   */
  group(batch: B, row: number): number
  /**
   * Entities whose attributes stay the same for as long as the entity object lives: results are cached with them. Without any, a
   * record is its own entity: the texts of a row are searched for the literals of all rules at once, and nothing is cached.
   */
  readonly entities: readonly EntityColumn<B>[]
}

export interface EntityColumn<B extends Batch> {
  readonly name: string
  entity(batch: B, row: number): Entity
}

/** Something that many records point at. What is computed from it alone is kept with it, one memo per owner. */
export interface Entity {
  cache: CacheEntry | null
}

/** One owner's notes on one entity: predicate results of a plan, encoded fragments of an encoder. */
export interface CacheEntry {
  readonly owner: object
  readonly next: CacheEntry | null
}

/** Finds `owner`'s memo, or has it made and puts it first. Owners are few (engines and encoders), so the list is short. */
export function cacheEntryOf<M extends CacheEntry>(entity: Entity, owner: object, create: (next: CacheEntry | null) => M): M {
  for (let entry = entity.cache; entry !== null; entry = entry.next) if (entry.owner === owner) return entry as M
  const created = create(entity.cache)
  entity.cache = created
  return created
}

/** The names that a policy may use. */
export interface AttributeSet<B extends Batch> {
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
  readonly canonicalNames?: readonly string[]
  /** Why a name that other products document has no value here ("no login user id is recorded"); undefined for an unknown word. */
  unsupportedReason(name: string): string | undefined
  /** The name that is meant by an old or misspelt one found in rule files in circulation. */
  currentName(name: string): string | undefined
}

/** Every attribute of a closed set once, in the order of its names; none of an open set, which lists no names. */
export const listedAttributes = <B extends Batch>(attributes: AttributeSet<B>): readonly Attribute<B>[] => [
  ...new Set(attributes.names.map(name => attributes.find(name)).filter(found => found !== undefined)),
]

/** `group`: decided by {@link RecordAdapter.group}; a lane's name: decided by that entity alone; `row`: may differ in every row. */
export type Dependence = 'group' | 'row' | (string & {})

interface AttributeDescription {
  readonly name: string
  readonly aliases: readonly string[]
  readonly dependsOn: Dependence
  /**
   * What decides it in the rows of one group, where that is less than `dependsOn` says of all rows: `group` where it has one
   * value there (it says nothing about such records), a lane's name where it is a matter of that entity alone, with the same
   * value in every group that answers so. It saves much work: `fd.name` is read once a file rather than once a row.
   */
  readonly dependsOnWithinGroup?: (group: number) => Dependence
  readonly description: string
  /** Record types that it says something about. */
  readonly recordTypes: readonly string[]
}

type AttributeReader<B, V> = (batch: B, row: number) => V

/**
 * One named, typed value of a record. It has one type for ever. `clock` is a 64-bit count of nanoseconds, read whole as a
 * bigint or, on the hot path, as its signed high and unsigned low 32 bits. `json` is text that a path suffix selects in.
 * A number in brackets selects from a list, or from `indexed` where that is another one: `proc.aname` are the ancestors, and
 * `proc.aname[0]` is the process itself.
 */
export type TypedAttribute<B extends Batch> = AttributeDescription &
  (
    | { readonly type: 'text' | 'json'; readonly read: AttributeReader<B, string> }
    | { readonly type: 'number'; readonly read: AttributeReader<B, number> }
    | { readonly type: 'boolean'; readonly read: AttributeReader<B, boolean> }
    | {
        readonly type: 'clock'
        readonly read: AttributeReader<B, bigint>
        readonly high: AttributeReader<B, number>
        readonly low: AttributeReader<B, number>
      }
    | {
        readonly type: 'texts'
        readonly read: AttributeReader<B, readonly string[]>
        readonly indexed?: AttributeReader<B, readonly string[]>
      }
    | {
        readonly type: 'numbers'
        readonly read: AttributeReader<B, readonly number[]>
        readonly indexed?: AttributeReader<B, readonly number[]>
      }
  )

/** A value whose kind the record decides; undefined: the record does not have it. */
export type AnyAttribute<B extends Batch> = AttributeDescription & {
  readonly type: 'any'
  readonly read: AttributeReader<B, AnyValue | undefined>
}

export type Attribute<B extends Batch> = TypedAttribute<B> | AnyAttribute<B>

export type AttributeType = Attribute<Batch>['type']
export type AttributeValue = string | number | boolean | bigint | readonly string[] | readonly number[]
