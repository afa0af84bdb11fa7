// SPDX-License-Identifier: Apache-2.0

/** A message parsed by the grammar of RFC 5424, section 6; written for tests, from the document alone. */
export interface ParsedMessage {
  readonly facility: number
  readonly severity: number
  readonly time: Date
  readonly host: string
  readonly app: string
  readonly pid: string
  readonly tag: string
  readonly data: string
  readonly text: Buffer
}

/** Throws if it is not a valid message, or one that a lenient reader could mistake for another. */
export function parseMessage(message: Buffer): ParsedMessage {
  const text = message.toString('latin1')
  const found = HEADER.exec(text)
  if (!found) throw new Error(`no message of RFC 5424: ${JSON.stringify(text.slice(0, 200))}`)
  const [all, pri = '', time = '', host = '', app = '', pid = '', tag = '', data = ''] = found
  if (Number(pri) > 191 || String(Number(pri)) !== pri) throw new Error(`PRI ${pri}`)
  const body = message.subarray(all.length)
  const control = body.findIndex(byte => byte < 0x20 || byte === 0x7f)
  if (control >= 0) throw new Error(`control character ${body[control]} in the text`)
  return { facility: Number(pri) >> 3, severity: Number(pri) & 7, time: new Date(time), host, app, pid, tag, data, text: body }
}

const TIME = String.raw`(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d))`
const HEADER = new RegExp(`^<(\\d{1,3})>1 ${TIME} ([!-~]{1,255}) ([!-~]{1,48}) ([!-~]{1,128}) ([!-~]{1,32}) (-) `)

/** The messages of a stream, each ended by a line feed (RFC 6587, 3.4.2). */
export function splitAtLineFeeds(stream: Buffer): Buffer[] {
  const messages: Buffer[] = []
  let from = 0
  for (let end = stream.indexOf(10); end >= 0; end = stream.indexOf(10, from)) {
    messages.push(stream.subarray(from, end))
    from = end + 1
  }
  if (from < stream.length) throw new Error(`${stream.length - from} bytes behind the last line feed`)
  return messages
}

/** The messages of a stream, each preceded by its length (RFC 6587, 3.4.1). */
export function splitByLength(stream: Buffer): Buffer[] {
  const messages: Buffer[] = []
  for (let at = 0; at < stream.length; ) {
    const space = stream.indexOf(0x20, at)
    const digits = stream.toString('latin1', at, space)
    if (!/^[1-9]\d*$/.test(digits)) throw new Error(`no length at ${at}: ${JSON.stringify(digits.slice(0, 20))}`)
    at = space + 1 + Number(digits)
    if (at > stream.length) throw new Error('a message is cut off')
    messages.push(stream.subarray(space + 1, at))
  }
  return messages
}
