// SPDX-License-Identifier: Apache-2.0
import { nearest } from '../../core/errors/nearest.js'

/** Suggestions for unknown options and commands: those of other programs, and misspelled ones. */

const CONFIG = 'set the pipeline file with -config FILE'
const RULES =
  'set rule files with "policies" of the policyengine in the pipeline file, or with POLICYENGINE_POLICIES=PATH before the command'
const CHECK = 'validate a pipeline and its rules with sfprocessor -test -config FILE'
const PATHS = 'write trace files or directories as arguments without an option'
const VERBOSITY = 'for more log messages use -log trace; -version prints the version'
const TARGET = 'set the target with "export" of the exporter in the pipeline file; the default is standard output'
const FORMAT = 'set the output format with -format: pretty, json, ecs or otel'
const THREADS = 'read traces with several threads: -workers NUMBER'
const SERVICE = 'the program runs in the foreground; use a service manager (docs/deployment.md)'
const TOP = 'monitor a running process with sfprocessor top'
const SETTINGS = 'override a setting of a stage with STAGE_KEY=VALUE before the command (docs/pipeline.md)'
const RELOAD = 'changed rules are reloaded if "monitor" of the policyengine is on (docs/reloading.md)'
const LIST = 'sfprocessor list shows attributes, rules, components and error codes'
const COLOR = 'set colors with -color auto, always or never'

/** Options of similar programs, and the equivalent in this program. */
// biome-ignore format: a table
const FOREIGN_OPTIONS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    c: CONFIG, 'config-file': CONFIG, conf: CONFIG, pipeline: CONFIG,
    r: RULES, rule: RULES, rules: RULES, policy: RULES, policies: RULES, R: RULES, 'config-dir': RULES,
    T: RULES, D: RULES,
    V: CHECK, validate: CHECK, 'dry-run': CHECK, check: CHECK, lint: CHECK, n: CHECK,
    e: PATHS, f: PATHS, file: PATHS, i: PATHS, path: PATHS, trace: PATHS,
    v: VERBOSITY, verbose: VERBOSITY, debug: VERBOSITY, vv: VERBOSITY,
    o: SETTINGS, set: SETTINGS,
    output: TARGET, out: TARGET, export: TARGET, exporter: TARGET,
    json: FORMAT, pretty: FORMAT, 'output-format': FORMAT,
    t: THREADS, threads: THREADS, j: THREADS, jobs: THREADS,
    d: SERVICE, daemon: SERVICE, pidfile: SERVICE, P: SERVICE,
    w: RELOAD, watch: RELOAD, 'watch-config': RELOAD,
    l: LIST, list: LIST, L: LIST, N: LIST,
    q: 'use -quiet for less output', silent: 'use -quiet for less output',
    s: 'receive records from a socket with -driver socket PATH', socket: 'receive records from a socket with -driver socket PATH',
    'no-color': COLOR, 'no-colour': COLOR, colour: COLOR,
  }),
)

const RUN = 'to process traces, use no command: sfprocessor PATH...'
const CREATE = 'create a pipeline, rule or plugin with sfprocessor create'

/** Commands of similar programs. */
// biome-ignore format: a table
const FOREIGN_COMMANDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    validate: CHECK, check: CHECK, test: CHECK, lint: CHECK, vet: CHECK,
    run: RUN, start: RUN, agent: RUN, serve: RUN,
    init: CREATE, new: CREATE, generate: CREATE, scaffold: CREATE,
    tail: 'show live records with sfprocessor tap', status: TOP, monitor: TOP, stats: TOP,
    fields: LIST, attributes: LIST, rules: LIST, plugins: LIST,
    demo: 'sfprocessor without arguments shows how to run the demo',
    version: 'print the version with sfprocessor -version',
    error: 'explain an error with sfprocessor explain CODE', errors: 'explain an error with sfprocessor explain CODE',
    reload: RELOAD,
  }),
)

/**
 * The suggestion for an unknown option: one of `known` (long names without dashes), or the equivalent of an option of another
 * program; undefined if there is none.
 */
export function suggestOption(given: string, known: readonly string[]): string | undefined {
  const name = given.replace(/^-+/, '').replace(/=.*$/s, '')
  const exact = FOREIGN_OPTIONS.get(name)
  if (exact !== undefined) return `hint: ${exact}`
  // A name of one or two letters is close to any other name.
  if (name.length < 3) return undefined
  const ownMatch = nearest(name, known)
  const foreignMatch = nearest(
    name,
    [...FOREIGN_OPTIONS.keys()].filter(key => key.length > 2),
  )
  const best = nearest(
    name,
    [ownMatch, foreignMatch].filter(word => word !== undefined),
  )
  if (best === undefined) return undefined
  return best === ownMatch ? `Did you mean --${best}?` : `hint: ${FOREIGN_OPTIONS.get(best)}`
}

/** The suggestion for a word in the place of a path or a command; undefined: the word is probably a path. */
export function suggestCommand(word: string, known: readonly string[]): string | undefined {
  if (!/^[a-z][a-z-]{2,}$/i.test(word)) return undefined
  const near = nearest(word, known)
  const exact = FOREIGN_COMMANDS.get(word.toLowerCase())
  if (exact !== undefined) return `hint: ${exact}`
  if (near !== undefined) return `did you mean sfprocessor ${near}?`
  const foreignMatch = nearest(word, FOREIGN_COMMANDS.keys())
  return foreignMatch === undefined ? undefined : `hint: ${FOREIGN_COMMANDS.get(foreignMatch)}`
}
