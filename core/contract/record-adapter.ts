// SPDX-License-Identifier: Apache-2.0
import type { AnyValue } from './any-value.js'
import type { Batch } from './batch.js'

/**
 * The policy engine's view of the records of one channel type. The engine knows nothing of events, logs or packets except what
 * the adapter provides.
 */
export interface RecordAdapter<B extends Batch> {
  /** Channel type whose batches this adapter reads. */
  readonly channel: string
  /** Channel type of the same records after evaluation, for example `eventchan`. */
  readonly evaluatedChannel: string
  /** Record types that a prefilter may name, for example PE. If there are none, prefilters have no effect. */
  readonly recordTypes: readonly string[]
  readonly attributes: AttributeSet<B>
  /** Record type of a row, one of `recordTypes`. Prefilters compare it. Absent if there are no record types. */
  recordType?(batch: B, row: number): string
  /** `group`: rows with equal group numbers have equal record types, so the type is not tested for each row. Default: `row`. */
  readonly recordTypeDependsOn?: 'group' | 'row'
  /** Time of the event in nanoseconds since 1970; 0 if the record has none. Absent if no record of this type has a time. */
  time?(batch: B, row: number): bigint
  /** A stable id: a record that is read again has the same id. Absent: the id is derived from the encoded bytes. */
  id?(batch: B, row: number): string
  /**
   * The partition key `host` or `container`, or the attribute with that name; undefined if the record has none. Absent: the text
   * of the attribute with that name.
   */
  key?(name: string, batch: B, row: number): string | undefined
  /** All values of a row by attribute, where an open attribute set cannot list them. The result may be retained. */
  snapshot?(batch: B, row: number): ReadonlyMap<string, AnyValue>
  /** Names of the attributes that summarize a record in one line for people. */
  readonly summaryFields?: readonly string[]
  /**
   * A small integer that determines every attribute that depends on `group`: rows with equal numbers have equal values. It may
   * combine the record type and the flags of an operation, for example.
   */
  group(batch: B, row: number): number
  /**
   * Entities whose attributes do not change as long as the entity object exists, so results are cached with them. If there are
   * none, each record is its own entity: one search over the texts of a row covers the literals of all rules, and nothing is
   * cached.
   */
  readonly entities: readonly EntityColumn<B>[]
}

export interface EntityColumn<B extends Batch> {
  readonly name: string
  entity(batch: B, row: number): Entity
}

/** An object that many records refer to. Results that depend on it alone are cached with it, one cache entry per owner. */
export interface Entity {
  cache: CacheEntry | null
}

/** The cached results of one owner for one entity: predicate results of a plan, encoded fragments of an encoder. */
export interface CacheEntry {
  readonly owner: object
  readonly next: CacheEntry | null
}

/**
 * Finds the cache entry of `owner`, or creates it and puts it first. Owners (engines and encoders) are few, so the list is short.
 */
export function cacheEntryOf<M extends CacheEntry>(entity: Entity, owner: object, create: (next: CacheEntry | null) => M): M {
  for (let entry = entity.cache; entry !== null; entry = entry.next) if (entry.owner === owner) return entry as M
  const created = create(entity.cache)
  entity.cache = created
  return created
}

/** The attribute names that a policy may use. */
export interface AttributeSet<B extends Batch> {
  /** By name or alias. */
  find(name: string): Attribute<B> | undefined
  /**
   * Records define their own names: `find` accepts every word, `names` lists none. The right side of an operator is then always a
   * text.
   */
  readonly isOpen?: true
  /** Every name and alias, for suggestions. */
  readonly names: readonly string[]
  /** The names that together cover all values. The others are names of the same values in other products. Absent: all names. */
  readonly canonicalNames?: readonly string[]
  /**
   * Why a name that other products document has no value here ("no login user id is recorded"); undefined for an unknown word.
   */
  unsupportedReason(name: string): string | undefined
  /** The current name for a deprecated or misspelt name that occurs in published rule files. */
  currentName(name: string): string | undefined
}

/** Every attribute of a closed set once, in the order of the names. Empty for an open set, which lists no names. */
export const listedAttributes = <B extends Batch>(attributes: AttributeSet<B>): readonly Attribute<B>[] => [
  ...new Set(attributes.names.map(name => attributes.find(name)).filter(found => found !== undefined)),
]

/**
 * `group`: determined by {@link RecordAdapter.group}. The name of an entity column: determined by that entity alone. `row`: may
 * differ in every row.
 */
export type Dependence = 'group' | 'row' | (string & {})

interface AttributeDescription {
  readonly name: string
  readonly aliases: readonly string[]
  readonly dependsOn: Dependence
  /**
   * What determines the value in the rows of one group, if that is less than `dependsOn` states for all rows: `group` if the
   * value is constant in the group (these records have no value), or the name of an entity column if that entity alone determines
   * it, with the same value in every group that returns this column. It saves much work: `fd.name` is read once per file, not
   * once per row.
   */
  readonly dependsOnWithinGroup?: (group: number) => Dependence
  readonly description: string
  /** Record types for which it has a value. */
  readonly recordTypes: readonly string[]
}

type AttributeReader<B, V> = (batch: B, row: number) => V

/**
 * One named, typed value of a record. The type never changes. `clock` is a 64-bit timestamp in nanoseconds, read as a bigint or,
 * on the hot path, as its signed high and unsigned low 32 bits. `json` is text that a path suffix selects from. An index in
 * brackets selects from a list, or from `indexed` if that is a different list: `proc.aname` are the ancestors, and
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

/** A value whose kind depends on the record; undefined if the record does not have it. */
export type AnyAttribute<B extends Batch> = AttributeDescription & {
  readonly type: 'any'
  readonly read: AttributeReader<B, AnyValue | undefined>
}

export type Attribute<B extends Batch> = TypedAttribute<B> | AnyAttribute<B>

export type AttributeType = Attribute<Batch>['type']
export type AttributeValue = string | number | boolean | bigint | readonly string[] | readonly number[]
