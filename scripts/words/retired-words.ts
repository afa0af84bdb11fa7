// SPDX-License-Identifier: Apache-2.0

/** identifiers: in code; texts: strings and comments in code; docs: pages, rule files, help. */
export type Place = 'identifiers' | 'texts' | 'docs'

export interface RetiredWord {
  /** Words in lower case with single spaces, as a regular expression. Identifiers are split at their capitals first. */
  readonly word: string
  readonly use: string
  readonly places: readonly Place[]
}

const everywhere = (word: string, use: string): RetiredWord => ({ word, use, places: ['identifiers', 'texts', 'docs'] })
const code = (word: string, use: string): RetiredWord => ({ word, use, places: ['identifiers'] })
const prose = (word: string, use: string): RetiredWord => ({ word, use, places: ['texts', 'docs'] })

/** Retired words, and the usual term. Words with a second, usual meaning are retired in identifiers only. */
export const RETIRED_WORDS: readonly RetiredWord[] = [
  everywhere('(?:broken )?laws?', 'check, conformance test, contract violation'),
  everywhere('battery', 'conformanceSuite'),
  everywhere('tell|tells|told|untold|telling', 'report, log, notify'),
  code('kept', 'cached, retained'),
  code('doors?', 'parsers, front ends'),
  everywhere('books|bookkeeping', 'ledger, record counts'),
  code('vocabulary', 'attribute set'),
  code('gist', 'summaryFields'),
  code('formerly', 'deprecatedNames'),
  everywhere('judges?|judged|unjudged|judging', 'evaluate'),
  everywhere('dockets?', 'match buffer'),
  code('seats?', 'cache key'),
  code('lanes?', 'entity column'),
  code('circuits?', 'predicate graph'),
  everywhere('facets?', 'entity predicate'),
  everywhere('clues?', 'required literal'),
  everywhere('witness(?:es)?', 'literal prefilter'),
  code('blueprints?', 'compiled rule set'),
  everywhere('crews?', 'worker pool'),
  code('utterances?|tongue|hear|hears|heard', 'message, worker log, onMessage'),
  code('world|surroundings|circumstances', 'process context, dependencies, load context'),
  everywhere('strays?', 'uncaught errors'),
  code('toll|quitters|last words|doubts', 'run errors, stages that ended early, flush, warnings'),
  everywhere('objections?', 'validation error'),
  everywhere('mend|mends|mended|mending', 'hint, fix, repair'),
  code('gathers|gathering', 'batching, BatchPolicy'),
  code(
    'is identified|key name|divert|is twin|per trace',
    'needsDocumentId, partitionKey, overrideTransport, isSecondaryWorker, isPartitionable',
  ),
  code('paint|paints|painted|sights', 'style, admin views'),
  code('owe|owes|owed', 'attach acknowledgement'),
  code('few faults', 'fault limiter'),
  code('sheet|happening|happenings', 'YAML document, scenario step'),
  code('complaints?|deeds?', 'plugin error, action result'),
  prose('whoever|somebody|nobody|anybody', 'the user, a noun'),
  prose('stands? (?:in|behind|beside|alone|there)', 'is in, follows'),
  prose('lets? go', 'releases'),
  prose('pass(?:es)? over|passed over', 'skip'),
  prose('scratch folders?', 'temporary directory'),
  prose('slip of the pen', 'typo'),
  prose('looks? around', 'reconnaissance'),
  prose('not yaml|no attribute is called|no macro is called|no list is called', 'invalid YAML, unknown attribute'),
  prose('for good', 'in production, permanently'),
  prose('worth an alarm', 'recommended alerts'),
  prose('vouched', 'covered by the signature'),
  prose('minding', 'case-sensitive'),
  prose('begins? one', 'scaffold'),
]

/** Parts of identifiers as they are written, such as constants. */
export const RETIRED_SHAPES: readonly { readonly shape: RegExp; readonly use: string }[] = [
  { shape: /^(?:MOST|LONGEST|LARGEST|HIGHEST)_[A-Z]/, use: 'MAX_X' },
  { shape: /^(?:LEAST|FEWEST|SHORTEST|LOWEST)_[A-Z]/, use: 'MIN_X' },
]

/** Allowed uses, each with its reason: path (or folder with a slash at its end) → word → why. */
export const ALLOWED_USES: readonly { readonly path: string; readonly word: string; readonly reason: string }[] = [
  { path: 'scripts/words/', word: '', reason: 'the table of retired words itself' },
  { path: 'scripts/words.test.ts', word: '', reason: 'tests of the table use retired words' },
  { path: 'policies/attack/persistence.yaml', word: 'nobody', reason: 'the name of a Unix account' },
  { path: 'docs/compatibility.md', word: '', reason: 'quotes the original and its quirks' },
  { path: 'scripts/compatibility.ts', word: '', reason: 'quotes the original and its quirks' },
  { path: 'plugins/sysflow/attributes/derive/xxh64.ts', word: 'lane', reason: 'the term of the xxHash specification' },
  { path: 'plugins/sysflow/attributes/derive/xxh64.ts', word: 'lanes', reason: 'the term of the xxHash specification' },
  { path: 'driver/loader/contract-version.ts', word: '', reason: 'the table of names of contract 1' },
  ...['judged', 'unjudged', 'mend', 'law', 'battery', 'judge'].map(word => ({
    path: 'docs/writing-plugins.md',
    word,
    reason: 'the table of names of contract 1',
  })),
  { path: 'scripts/bundle/precompile-schemas.ts', word: 'vocabulary', reason: 'the name of the function of ajv' },
  { path: 'core/published/testing/settings.ts', word: 'vocabulary', reason: 'the name of the function of ajv' },
  { path: 'driver/config/options/validate.ts', word: 'vocabulary', reason: 'the name of the function of ajv' },
  { path: 'docs/README.md', word: 'laws', reason: 'links the page plugin-laws.md' },
]
