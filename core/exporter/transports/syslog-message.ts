// SPDX-License-Identifier: Apache-2.0

/** What stands before the text of every message (RFC 5424). */
export interface MessageSettings {
  /** 0 to 23. */
  readonly facility: number
  /** 0 (emergency) to 7 (debug). */
  readonly severity: number
  /** HOSTNAME, APP-NAME and MSGID, as {@link headerField} makes them. */
  readonly host: string
  readonly app: string
  readonly tag: string
}

/** The header of a message that is sent at `date`, with the space behind its structured data, which it has none of. */
export const header = ({ facility, severity, host, app, tag }: MessageSettings, date: Date): string =>
  `<${facility * 8 + severity}>1 ${timestamp(date)} ${host} ${app} ${process.pid} ${tag} - `

/** Whole seconds in the zone of this machine: `2026-11-20T23:35:42Z`, `2026-11-21T00:35:42+01:00`. */
export function timestamp(date: Date): string {
  const east = -date.getTimezoneOffset()
  const local = new Date(date.getTime() + east * 60_000).toISOString().slice(0, 19)
  if (east === 0) return `${local}Z`
  const [hours, minutes] = [Math.trunc(Math.abs(east) / 60), Math.abs(east) % 60].map(part => String(part).padStart(2, '0'))
  return `${local}${east < 0 ? '-' : '+'}${hours}:${minutes}`
}

/** A text as a field of the header: printable ASCII without spaces, cut to `longest` characters; "-" if nothing is left. */
export const headerField = (text: string, longest: number): string => text.slice(0, longest).replace(/[^!-~]/gu, '_') || '-'

/** The longest that RFC 5424 lets the fields be. */
export const LONGEST = { host: 255, app: 48, tag: 32 } as const

/**
 * A record as the text of a message: UTF-8 in which every control character is written as `\u00xx`, as JSON writes it, so
 * that a record stays one message and nothing in it looks like another. The same bytes where there is none.
 */
export function withoutControls(record: Uint8Array): Uint8Array {
  let at = 0
  while (at < record.length && !isControl(record, at)) at++
  if (at === record.length) return record
  const parts: Uint8Array[] = []
  let from = 0
  for (; at < record.length; at++) {
    if (!isControl(record, at)) continue
    parts.push(record.subarray(from, at))
    const isPair = record[at] === C1_LEAD
    if (isPair) at++
    parts.push(Buffer.from(`\\u00${(record[at] as number).toString(16).padStart(2, '0')}`))
    from = at + 1
  }
  return Buffer.concat([...parts, record.subarray(from)])
}

/** C0, DEL, and C1 (U+0080 to U+009F), which UTF-8 writes as two bytes. */
function isControl(bytes: Uint8Array, at: number): boolean {
  const byte = bytes[at] as number
  if (byte < 0x20 || byte === 0x7f) return true
  if (byte !== C1_LEAD) return false
  const next = bytes[at + 1] ?? 0
  return next >= 0x80 && next < 0xa0
}

const C1_LEAD = 0xc2
