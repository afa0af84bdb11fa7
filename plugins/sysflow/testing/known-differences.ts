// SPDX-License-Identifier: Apache-2.0
import { type Decoded, type OracleEvent, unwrapped } from './oracle.js'

/**
 * Where our output differs from the reference's on the recorded traces, and why. Each entry turns the reference's record into
 * what is right, from the trace itself as the oracle reads it and never from our own output. A test applies them to the
 * golden files and demands equality, field by field, and the very number of records given here; so nothing else can hide
 * behind an entry, and the list can only shrink. `docs/compatibility.md` prints it.
 */
export interface KnownDifference {
  /** Number in the specification's register of quirks. */
  readonly quirk: string
  readonly field: string
  readonly change: string
  readonly reason: string
  /** Changes `record`, a parsed line of the reference, where the reference erred; tells whether it did. */
  mend(record: GoldenRecord, truth: OracleEvent): boolean
}

/** A parsed line; whole numbers that do not fit a double are texts. */
export type GoldenRecord = Record<string, Section | undefined>
type Section = Record<string, unknown>

export const JSON_DIFFERENCES: readonly KnownDifference[] = [
  {
    quirk: 'Q20',
    field: 'flow.rbytes, rops, wbytes, wops',
    change: 'the recorded counter instead of twice its value',
    reason: 'the reference adds a file and a network counter that share a slot',
    mend: ({ flow }, { record }) => {
      let touched = false
      for (const [key, source] of Object.entries(COUNTERS)) {
        const counted = Number(record[source] ?? 0)
        if (!flow || counted === 0 || flow[key] !== 2 * counted) continue
        flow[key] = counted
        touched = true
      }
      return touched
    },
  },
  {
    quirk: 'Q21',
    field: 'file.fd',
    change: '0 in a file event, which has no descriptor',
    reason: 'the reference reads the slot that holds the state of the second file',
    mend: ({ file }, { branch, secondFile }) => {
      if (branch !== 'FileEvent' || !file || file.fd === 0 || file.fd !== STATES.indexOf(String(secondFile?.state))) return false
      file.fd = 0
      return true
    },
  },
  {
    quirk: 'Q23',
    field: 'opflags',
    change: 'network flows say SEND and RECV, all other records WRITE and READ',
    reason: 'the reference remembers the names of a bitmap from whichever record type came first',
    mend: (golden, { branch }) => {
      const names = golden.opflags as unknown as string[]
      const right = names.map(name => (branch === 'NetworkFlow' ? (NETWORK_WORDS[name] ?? name) : (FILE_WORDS[name] ?? name)))
      if (String(names) === String(right)) return false
      golden.opflags = right as unknown as Section
      return true
    },
  },
  {
    quirk: 'Q32',
    field: 'texts of proc, pproc, file and container',
    change: 'the whole text instead of one without a bounding quote on each side',
    reason: 'the reference trims quotes from values that are not its own',
    mend: (golden, truth) => mendLine(golden, truth, truth.rememberedAncestry, unquoted, truth.rememberedAncestry, whole),
  },
  {
    quirk: 'Q16',
    field: 'proc.aname, aexe, acmdline, apid and pproc.*',
    change: 'ancestors as they are at the time of the record',
    reason: 'the reference remembers the ancestors of a process from its first record, so they are stale after an exec',
    mend: (golden, truth) => mendLine(golden, truth, truth.rememberedAncestry, whole, truth.ancestry, whole),
  },
]

export const ECS_DIFFERENCES: readonly KnownDifference[] = [
  {
    quirk: 'Q20',
    field: 'sf_file_action.*, network.bytes, source and destination bytes and packets',
    change: 'the recorded counter instead of twice its value',
    reason: 'the reference adds a file and a network counter that share a slot',
    mend: (golden, { record }) => {
      const counted = (name: string) => Number(record[name] ?? 0)
      const bytes = counted('numRRecvBytes') + counted('numWSendBytes')
      const places: [string, string, number][] = [
        ['sf_file_action', 'bytes_read', counted('numRRecvBytes')],
        ['sf_file_action', 'bytes_written', counted('numWSendBytes')],
        ['sf_file_action', 'read_ops', counted('numRRecvOps')],
        ['sf_file_action', 'write_ops', counted('numWSendOps')],
        ['network', 'bytes', bytes],
        ['source', 'bytes', counted('numWSendBytes')],
        ['source', 'packets', counted('numWSendOps')],
        ['destination', 'bytes', counted('numRRecvBytes')],
        ['destination', 'packets', counted('numRRecvOps')],
      ]
      let touched = false
      for (const [section, key, value] of places) {
        const place = golden[section]
        if (!place || value === 0 || place[key] !== 2 * value) continue
        place[key] = value
        touched = true
      }
      return touched
    },
  },
]

/** Records that each difference touches: of 121,085 in golden/all, of 2,259 in golden/ecs. */
export const JSON_TOUCHED: Readonly<Record<string, number>> = { Q20: 70648, Q21: 6, Q23: 3, Q32: 81592, Q16: 101887 }
export const ECS_TOUCHED: Readonly<Record<string, number>> = { Q20: 1096 }

const STATES = ['CREATED', 'MODIFIED', 'REUP']
const COUNTERS: Readonly<Record<string, string>> = {
  rbytes: 'numRRecvBytes',
  rops: 'numRRecvOps',
  wbytes: 'numWSendBytes',
  wops: 'numWSendOps',
}
const NETWORK_WORDS: Readonly<Record<string, string>> = { READ: 'RECV', WRITE: 'SEND' }
const FILE_WORDS: Readonly<Record<string, string>> = { RECV: 'READ', SEND: 'WRITE' }

type Shown = (text: string) => string
const whole: Shown = text => text
const unquoted: Shown = text => text.replace(/^["']/, '').replace(/["']$/, '')

/** Replaces what the reference shows of a line of ancestors, if it shows `theirs`, by `ours`. */
function mendLine(
  golden: GoldenRecord,
  truth: OracleEvent,
  theirs: readonly Decoded[],
  asThey: Shown,
  ours: readonly Decoded[],
  asWe: Shown,
): boolean {
  const { proc, pproc } = golden
  if (!proc || !truth.process) return false
  const touched = [
    replace(proc, line(theirs, asThey), line(ours, asWe)),
    replace(proc, own(truth.process, asThey), own(truth.process, asWe)),
  ]
  if (pproc) touched.push(replace(pproc, parent(theirs[1], asThey), parent(ours[1], asWe)))
  return touched.includes(true)
}

function replace(section: Section, expected: Section, right: Section): boolean {
  let touched = false
  for (const [key, value] of Object.entries(expected)) {
    if (String(section[key]) !== String(value) || String(value) === String(right[key])) continue
    section[key] = right[key]
    touched = true
  }
  return touched
}

const exeOf = (process: Decoded): string => String(process.exe).trim()
const argsOf = (process: Decoded): string => String(process.exeArgs).trim()
const nameOf = (process: Decoded): string => exeOf(process).replace(/\/+$/, '').split('/').pop() || '.'
const commandLine = (process: Decoded): string =>
  argsOf(process) === '' ? exeOf(process) : `${exeOf(process)} ${argsOf(process)}`

const line = (ancestry: readonly Decoded[], shown: Shown): Section => ({
  aname: ancestry.map(process => shown(nameOf(process))),
  aexe: ancestry.map(process => shown(exeOf(process))),
  acmdline: ancestry.map(process => shown(commandLine(process))),
  apid: ancestry.map(process => Number((unwrapped(process.oid) as { hpid: bigint }).hpid)),
})

const own = (process: Decoded, shown: Shown): Section => ({
  name: shown(nameOf(process)),
  exe: shown(exeOf(process)),
  args: shown(argsOf(process)),
  cmdline: shown(`${exeOf(process)} ${argsOf(process)}`),
})

const parent = (process: Decoded | undefined, shown: Shown): Section =>
  process
    ? {
        name: shown(nameOf(process)),
        exe: shown(exeOf(process)),
        args: shown(argsOf(process)),
        cmdline: shown(commandLine(process)),
        uid: process.uid,
        gid: process.gid,
        user: shown(String(process.userName)),
        group: shown(String(process.groupName)),
        tty: process.tty,
        entry: process.entry ?? false,
      }
    : { name: '', exe: '', args: '', cmdline: '', uid: 0, gid: 0, user: '', group: '', tty: false, entry: false }
