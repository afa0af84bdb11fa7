// SPDX-License-Identifier: Apache-2.0
import { nearest } from '../../core/errors/nearest.js'

/** Answers to a command line that this program does not know, for those who know it from elsewhere or have mistyped it. */

const CONFIG = 'name the pipeline file with -config FILE'
const RULES =
  'name rules with "policies" of the policyengine in the pipeline file, or with POLICYENGINE_POLICIES=PATH before the command'
const CHECK = 'check a pipeline and its rules with sfprocessor -test -config FILE'
const PATHS = 'give traces, or folders of them, as plain arguments'
const LOUDER = 'see more of what happens with -log trace; -version prints the version'
const TARGET = 'records go to standard output, or where "export" of the exporter in the pipeline file says'
const FORM = 'choose how records are printed with -format: pretty, json, ecs or otel'
const THREADS = 'read traces in several threads with -workers NUMBER'
const SERVICE = 'the program stays in the foreground: leave the rest to a service manager (docs/deployment.md)'
const SHOWN = 'look at a running process with sfprocessor top'
const SETTINGS = 'override a setting of a stage with STAGE_KEY=VALUE before the command (docs/pipeline.md)'
const RELOAD = 'rules that change are read again where "monitor" of the policyengine is on (docs/reloading.md)'
const NAMES = 'attributes, rules, components and error codes are told by sfprocessor list'
const COLOUR = 'choose colours with -color auto, always or never'

/** Options of other programs of this kind, and what does here what they do there. */
// biome-ignore format: a table
const OPTIONS_ELSEWHERE: ReadonlyMap<string, string> = new Map(
  Object.entries({
    c: CONFIG, 'config-file': CONFIG, conf: CONFIG, pipeline: CONFIG,
    r: RULES, rule: RULES, rules: RULES, policy: RULES, policies: RULES, R: RULES, 'config-dir': RULES,
    T: RULES, D: RULES,
    V: CHECK, validate: CHECK, 'dry-run': CHECK, check: CHECK, lint: CHECK, n: CHECK,
    e: PATHS, f: PATHS, file: PATHS, i: PATHS, path: PATHS, trace: PATHS,
    v: LOUDER, verbose: LOUDER, debug: LOUDER, vv: LOUDER,
    o: SETTINGS, set: SETTINGS,
    output: TARGET, out: TARGET, export: TARGET, exporter: TARGET,
    json: FORM, pretty: FORM, 'output-format': FORM,
    t: THREADS, threads: THREADS, j: THREADS, jobs: THREADS,
    d: SERVICE, daemon: SERVICE, pidfile: SERVICE, P: SERVICE,
    w: RELOAD, watch: RELOAD, 'watch-config': RELOAD,
    l: NAMES, list: NAMES, L: NAMES, N: NAMES,
    q: 'be quiet with -quiet', silent: 'be quiet with -quiet',
    s: 'take records from a socket with -driver socket PATH', socket: 'take records from a socket with -driver socket PATH',
    'no-color': COLOUR, 'no-colour': COLOUR, colour: COLOUR,
  }),
)

const RUN = 'it runs without a command: sfprocessor PATH...'
const CREATE = 'begin something new with sfprocessor create'

/** Commands of other programs of this kind. */
// biome-ignore format: a table
const COMMANDS_ELSEWHERE: ReadonlyMap<string, string> = new Map(
  Object.entries({
    validate: CHECK, check: CHECK, test: CHECK, lint: CHECK, vet: CHECK,
    run: RUN, start: RUN, agent: RUN, serve: RUN,
    init: CREATE, new: CREATE, generate: CREATE, scaffold: CREATE,
    tail: 'look at live records with sfprocessor tap', status: SHOWN, monitor: SHOWN, stats: SHOWN,
    fields: NAMES, attributes: NAMES, rules: NAMES, plugins: NAMES,
    demo: 'sfprocessor without arguments tells how to see it work',
    version: 'print the version with sfprocessor -version',
    error: 'explain an error with sfprocessor explain CODE', errors: 'explain an error with sfprocessor explain CODE',
    reload: RELOAD,
  }),
)

/**
 * What was meant by an unknown option: one of `known` (long names without dashes), or one of another program; undefined if there
 * is nothing to say.
 */
export function optionMeant(given: string, known: readonly string[]): string | undefined {
  const name = given.replace(/^-+/, '').replace(/=.*$/s, '')
  const exact = OPTIONS_ELSEWHERE.get(name)
  if (exact !== undefined) return `here: ${exact}`
  // Of a letter or two, everything is near.
  if (name.length < 3) return undefined
  const own = nearest(name, known)
  const foreign = nearest(
    name,
    [...OPTIONS_ELSEWHERE.keys()].filter(key => key.length > 2),
  )
  const best = nearest(
    name,
    [own, foreign].filter(word => word !== undefined),
  )
  if (best === undefined) return undefined
  return best === own ? `Did you mean --${best}?` : `here: ${OPTIONS_ELSEWHERE.get(best)}`
}

/** What was meant by a word that stands where a path or a command is expected; undefined: a path, as far as can be told. */
export function commandMeant(word: string, known: readonly string[]): string | undefined {
  if (!/^[a-z][a-z-]{2,}$/i.test(word)) return undefined
  const near = nearest(word, known)
  const exact = COMMANDS_ELSEWHERE.get(word.toLowerCase())
  if (exact !== undefined) return `here: ${exact}`
  if (near !== undefined) return `did you mean sfprocessor ${near}?`
  const foreign = nearest(word, COMMANDS_ELSEWHERE.keys())
  return foreign === undefined ? undefined : `here: ${COMMANDS_ELSEWHERE.get(foreign)}`
}
