// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseMessage } from '../../testing/rfc5424.js'
import { escapeControlBytes, MAX_FIELD_LENGTHS, syslogHeader, syslogHeaderField, syslogTimestamp } from './syslog-message.js'

const SETTINGS = { facility: 3, severity: 1, host: 'web-1', app: 'sfprocessor', tag: 'sysflow' }

test('check 97: a header parses as RFC 5424, with PRI 25 and the tag as message id', () => {
  const date = new Date('2026-11-20T23:35:42.999Z')
  const { text, ...rest } = parseMessage(Buffer.from(`${syslogHeader(SETTINGS, date)}{}`))
  assert.deepEqual(rest, {
    facility: 3,
    severity: 1,
    time: new Date('2026-11-20T23:35:42Z'),
    host: 'web-1',
    app: 'sfprocessor',
    pid: String(process.pid),
    tag: 'sysflow',
    data: '-',
  })
  assert.equal(text.toString(), '{}')
  assert.match(syslogHeader(SETTINGS, date), /^<25>1 \S+ web-1 sfprocessor \d+ sysflow - $/)
})

test('facility kern and severity emerg are 0, and are not treated as missing', () => {
  assert.match(syslogHeader({ ...SETTINGS, facility: 0, severity: 0 }, new Date()), /^<0>1 /)
})

test('times are whole seconds in the local time zone', () => {
  const shown = (zone: string, iso: string): string => {
    const before = process.env.TZ
    process.env.TZ = zone
    try {
      return syslogTimestamp(new Date(iso))
    } finally {
      if (before === undefined) delete process.env.TZ
      else process.env.TZ = before
    }
  }
  assert.equal(shown('UTC', '2026-11-20T23:35:42.999Z'), '2026-11-20T23:35:42Z')
  assert.equal(shown('Asia/Kathmandu', '2026-11-20T23:35:42Z'), '2026-11-21T05:20:42+05:45')
  assert.equal(shown('America/St_Johns', '2026-01-01T00:00:00Z'), '2025-12-31T20:30:00-03:30')
  fc.assert(
    fc.property(fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2200-01-01') }), date => {
      assert.equal(new Date(syslogTimestamp(date)).getTime(), Math.floor(date.getTime() / 1000) * 1000)
    }),
  )
})

test('a header field is printable ASCII, not empty, and at most as long as allowed', () => {
  assert.equal(syslogHeaderField('web 1\n<0>é😀', 255), 'web_1_<0>__')
  assert.equal(syslogHeaderField('', 32), '-')
  assert.equal(syslogHeaderField('x'.repeat(400), MAX_FIELD_LENGTHS.host).length, 255)
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 255 }), (text, longest) => {
      assert.match(syslogHeaderField(text, longest), new RegExp(`^[!-~]{1,${longest}}$`))
    }),
  )
})

test('for any record, the message parses, and its text is the record with control characters escaped as in JSON', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom(...CONTROLS, '<', '25>1 ', 'é') })),
      record => {
        const { text } = parseMessage(
          Buffer.concat([Buffer.from(syslogHeader(SETTINGS, new Date())), escapeControlBytes(Buffer.from(record))]),
        )
        const expected = Buffer.from(record)
          .toString()
          .replace(/\p{Cc}/gu, escaped)
        assert.equal(text.toString(), expected)
      },
    ),
    { numRuns: 1000 },
  )
})

test('escaped control characters of a JSON text keep their meaning', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), value => {
      const record = JSON.stringify({ value })
      assert.deepEqual(
        JSON.parse(Buffer.from(escapeControlBytes(Buffer.from(record))).toString()),
        JSON.parse(Buffer.from(record).toString()),
      )
    }),
  )
})

test('bytes that are not UTF-8 leave no control character either, and a text without changes is not copied', () => {
  fc.assert(
    fc.property(fc.uint8Array(), bytes => {
      const text = escapeControlBytes(bytes)
      assert.ok(text.every(byte => byte >= 0x20 && byte !== 0x7f))
    }),
  )
  const plain = Buffer.from('{"é":"😀"}')
  assert.equal(escapeControlBytes(plain), plain)
})

const CONTROLS = Array.from({ length: 0x20 }, (_, code) => String.fromCharCode(code)).concat(
  '\u007f',
  '\u0080',
  '\u0085',
  '\u009f',
)
const escaped = (control: string): string => `\\u00${control.charCodeAt(0).toString(16).padStart(2, '0')}`
