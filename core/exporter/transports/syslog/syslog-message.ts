// SPDX-License-Identifier: Apache-2.0

/** The header fields of every message (RFC 5424). */
export interface SyslogMessageSettings {
  /** 0 to 23. */
  readonly facility: number
  /** 0 (emergency) to 7 (debug). */
  readonly severity: number
  /** HOSTNAME, APP-NAME and MSGID, as {@link syslogHeaderField} returns them. */
  readonly host: string
  readonly app: string
  readonly tag: string
}

/** The header of a message sent at `date`, up to the space after its structured data, which is always empty. */
export const syslogHeader = ({ facility, severity, host, app, tag }: SyslogMessageSettings, date: Date): string =>
  `<${facility * 8 + severity}>1 ${syslogTimestamp(date)} ${host} ${app} ${process.pid} ${tag} - `

/** Whole seconds in the time zone of this machine: `2026-11-20T23:35:42Z`, `2026-11-21T00:35:42+01:00`. */
export function syslogTimestamp(date: Date): string {
  const offsetMinutes = -date.getTimezoneOffset()
  const local = new Date(date.getTime() + offsetMinutes * 60_000).toISOString().slice(0, 19)
  if (offsetMinutes === 0) return `${local}Z`
  const [hours, minutes] = [Math.trunc(Math.abs(offsetMinutes) / 60), Math.abs(offsetMinutes) % 60].map(part =>
    String(part).padStart(2, '0'),
  )
  return `${local}${offsetMinutes < 0 ? '-' : '+'}${hours}:${minutes}`
}

/** A text as a header field: printable ASCII without spaces, cut to `maxLength` characters; "-" if nothing remains. */
export const syslogHeaderField = (text: string, maxLength: number): string =>
  text.slice(0, maxLength).replace(/[^!-~]/gu, '_') || '-'

/** The largest field lengths that RFC 5424 allows. */
export const MAX_FIELD_LENGTHS = { host: 255, app: 48, tag: 32 } as const

/**
 * A record as the text of a message: UTF-8 in which every control character is written as `\u00xx`, as in JSON, so that a record
 * stays one message and no part of it looks like another message. Returns the same bytes if there is none.
 */
export function escapeControlBytes(record: Uint8Array): Uint8Array {
  let at = 0
  while (at < record.length && !isControl(record, at)) at++
  if (at === record.length) return record
  const parts: Uint8Array[] = []
  let from = 0
  for (; at < record.length; at++) {
    if (!isControl(record, at)) continue
    parts.push(record.subarray(from, at))
    const isTwoBytes = record[at] === C1_LEAD
    if (isTwoBytes) at++
    parts.push(Buffer.from(`\\u00${(record[at] as number).toString(16).padStart(2, '0')}`))
    from = at + 1
  }
  return Buffer.concat([...parts, record.subarray(from)])
}

/** C0, DEL, and C1 (U+0080 to U+009F), which UTF-8 encodes as two bytes. */
function isControl(bytes: Uint8Array, at: number): boolean {
  const byte = bytes[at] as number
  if (byte < 0x20 || byte === 0x7f) return true
  if (byte !== C1_LEAD) return false
  const next = bytes[at + 1] ?? 0
  return next >= 0x80 && next < 0xa0
}

const C1_LEAD = 0xc2
