// SPDX-License-Identifier: Apache-2.0
import { type Decoded, type OracleEvent, unwrapped } from './oracle.js'

/**
 * Differences between our output and the reference's on the recorded traces, and their reasons. Each entry corrects the
 * reference's record from the trace itself, as the oracle reads it, and never from our own output. A test applies the entries
 * to the golden files, and requires equality field by field and exactly the number of records given here. So an entry cannot
 * hide another difference, and the list can only shrink. `docs/compatibility.md` contains it.
 */
export interface KnownDifference {
  /** Number in the specification's register of quirks. */
  readonly quirk: string
  readonly field: string
  readonly change: string
  readonly reason: string
  /**
   * Corrects `record`, a parsed line of the reference, if the reference is wrong there. Returns whether it changed the record.
   */
  correct(record: GoldenRecord, truth: OracleEvent): boolean
}

/** A parsed line; integers that do not fit a double are texts. */
export type GoldenRecord = Record<string, Section | undefined>
type Section = Record<string, unknown>

export const JSON_DIFFERENCES: readonly KnownDifference[] = [
  {
    quirk: 'Q20',
    field: 'flow.rbytes, rops, wbytes, wops',
    change: 'the recorded counter instead of twice its value',
    reason: 'the original adds a file counter and a network counter that share a slot',
    correct: ({ flow }, { record }) => {
      let affected = false
      for (const [key, source] of Object.entries(COUNTERS)) {
        const counted = Number(record[source] ?? 0)
        if (!flow || counted === 0 || flow[key] !== 2 * counted) continue
        flow[key] = counted
        affected = true
      }
      return affected
    },
  },
  {
    quirk: 'Q21',
    field: 'file.fd',
    change: '0 in a file event, which has no descriptor',
    reason: 'the original reads the slot that contains the state of the second file',
    correct: ({ file }, { branch, secondFile }) => {
      if (branch !== 'FileEvent' || !file || file.fd === 0 || file.fd !== STATES.indexOf(String(secondFile?.state))) return false
      file.fd = 0
      return true
    },
  },
  {
    quirk: 'Q23',
    field: 'opflags',
    change: 'SEND and RECV in network flows, WRITE and READ in all other records',
    reason: 'the original caches the names of the bits for the first record type that uses them',
    correct: (golden, { branch }) => {
      const names = golden.opflags as unknown as string[]
      const corrected = names.map(name => (branch === 'NetworkFlow' ? (NETWORK_WORDS[name] ?? name) : (FILE_WORDS[name] ?? name)))
      if (String(names) === String(corrected)) return false
      golden.opflags = corrected as unknown as Section
      return true
    },
  },
  {
    quirk: 'Q32',
    field: 'texts of proc, pproc, file and container',
    change: 'the complete text; the original removes a quote at each end',
    reason: 'the original also trims quotes that are part of the value',
    correct: (golden, truth) =>
      correctAncestry(golden, truth, truth.rememberedAncestry, unquoted, truth.rememberedAncestry, unchanged),
  },
  {
    quirk: 'Q16',
    field: 'proc.aname, aexe, acmdline, apid and pproc.*',
    change: 'the ancestors at the time of the record',
    reason: 'the original caches the ancestors of a process at its first record, so they are stale after an exec',
    correct: (golden, truth) => correctAncestry(golden, truth, truth.rememberedAncestry, unchanged, truth.ancestry, unchanged),
  },
]

export const ECS_DIFFERENCES: readonly KnownDifference[] = [
  {
    quirk: 'Q20',
    field: 'sf_file_action.*, network.bytes, source and destination bytes and packets',
    change: 'the recorded counter instead of twice its value',
    reason: 'the original adds a file counter and a network counter that share a slot',
    correct: (golden, { record }) => {
      const counted = (name: string) => Number(record[name] ?? 0)
      const bytes = counted('numRRecvBytes') + counted('numWSendBytes')
      const counters: [string, string, number][] = [
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
      let affected = false
      for (const [section, key, value] of counters) {
        const fields = golden[section]
        if (!fields || value === 0 || fields[key] !== 2 * value) continue
        fields[key] = value
        affected = true
      }
      return affected
    },
  },
]

/** Number of records that each difference affects, of 121,085 in golden/all and 2,259 in golden/ecs. */
export const JSON_AFFECTED: Readonly<Record<string, number>> = { Q20: 70648, Q21: 6, Q23: 3, Q32: 81592, Q16: 101887 }
export const ECS_AFFECTED: Readonly<Record<string, number>> = { Q20: 1096 }

const STATES = ['CREATED', 'MODIFIED', 'REUP']
const COUNTERS: Readonly<Record<string, string>> = {
  rbytes: 'numRRecvBytes',
  rops: 'numRRecvOps',
  wbytes: 'numWSendBytes',
  wops: 'numWSendOps',
}
const NETWORK_WORDS: Readonly<Record<string, string>> = { READ: 'RECV', WRITE: 'SEND' }
const FILE_WORDS: Readonly<Record<string, string>> = { RECV: 'READ', SEND: 'WRITE' }

type TextForm = (text: string) => string
const unchanged: TextForm = text => text
const unquoted: TextForm = text => text.replace(/^["']/, '').replace(/["']$/, '')

/** Replaces the reference's list of ancestors by `ours`, if it equals `theirs`. */
function correctAncestry(
  golden: GoldenRecord,
  truth: OracleEvent,
  theirs: readonly Decoded[],
  theirForm: TextForm,
  ours: readonly Decoded[],
  ourForm: TextForm,
): boolean {
  const { proc, pproc } = golden
  if (!proc || !truth.process) return false
  const affected = [
    replace(proc, ancestrySection(theirs, theirForm), ancestrySection(ours, ourForm)),
    replace(proc, processSection(truth.process, theirForm), processSection(truth.process, ourForm)),
  ]
  if (pproc) affected.push(replace(pproc, parentSection(theirs[1], theirForm), parentSection(ours[1], ourForm)))
  return affected.includes(true)
}

function replace(section: Section, expected: Section, corrected: Section): boolean {
  let affected = false
  for (const [key, value] of Object.entries(expected)) {
    if (String(section[key]) !== String(value) || String(value) === String(corrected[key])) continue
    section[key] = corrected[key]
    affected = true
  }
  return affected
}

const exeOf = (process: Decoded): string => String(process.exe).trim()
const argsOf = (process: Decoded): string => String(process.exeArgs).trim()
const nameOf = (process: Decoded): string => exeOf(process).replace(/\/+$/, '').split('/').pop() || '.'
const commandLine = (process: Decoded): string =>
  argsOf(process) === '' ? exeOf(process) : `${exeOf(process)} ${argsOf(process)}`

const ancestrySection = (ancestry: readonly Decoded[], form: TextForm): Section => ({
  aname: ancestry.map(process => form(nameOf(process))),
  aexe: ancestry.map(process => form(exeOf(process))),
  acmdline: ancestry.map(process => form(commandLine(process))),
  apid: ancestry.map(process => Number((unwrapped(process.oid) as { hpid: bigint }).hpid)),
})

const processSection = (process: Decoded, form: TextForm): Section => ({
  name: form(nameOf(process)),
  exe: form(exeOf(process)),
  args: form(argsOf(process)),
  cmdline: form(`${exeOf(process)} ${argsOf(process)}`),
})

const parentSection = (process: Decoded | undefined, form: TextForm): Section =>
  process
    ? {
        name: form(nameOf(process)),
        exe: form(exeOf(process)),
        args: form(argsOf(process)),
        cmdline: form(commandLine(process)),
        uid: process.uid,
        gid: process.gid,
        user: form(String(process.userName)),
        group: form(String(process.groupName)),
        tty: process.tty,
        entry: process.entry ?? false,
      }
    : { name: '', exe: '', args: '', cmdline: '', uid: 0, gid: 0, user: '', group: '', tty: false, entry: false }
