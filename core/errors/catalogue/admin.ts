// SPDX-License-Identifier: Apache-2.0
import type { ErrorCatalogue } from '../../contract/error-catalogue.js'

export const ADMIN_FAULTS = {
  SFP_ADMIN_ADDRESS: { what: '"{address}" is no IP address to listen on', hint: 'write one such as 127.0.0.1 or ::1' },
  SFP_ADMIN_TWO_PLACES: { what: 'the endpoint has a "socket" and also "{key}"', hint: 'remove one of them' },
  SFP_ADMIN_REDACT: {
    what: '"{name}" of "redact" is no attribute',
    hint: 'did you mean "{nearest}"? See docs/attributes.md',
  },
  SFP_ADMIN_EXPOSED: {
    what: 'the endpoint listens at {address}, where other machines may reach it',
    hint: 'it asks for no password and does not encrypt; put a proxy or a firewall before it',
  },
  SFP_ADMIN_UNAVAILABLE: {
    what: 'the endpoint cannot listen at {address}: {reason}',
    hint: 'name another place with -admin, or under "admin" in the pipeline file',
    causes: ['Another process listens there, perhaps another sfprocessor.'],
  },
  SFP_ADMIN_AT: {
    what: '"{text}" is no place of an endpoint',
    hint: 'write http://ADDRESS:PORT, ADDRESS:PORT, PORT or the path of a socket',
  },
  SFP_ADMIN_UNREACHABLE: {
    what: 'nothing can be learned at {address}: {reason}',
    hint: 'start the process with -admin PORT, and name its place with -at',
    causes: ['The process was started without -admin.', 'It listens elsewhere: name the place with -at.'],
  },
  SFP_ADMIN_REFUSED: { what: 'the endpoint answers {status}: {reason}', hint: '' },
  SFP_TAP_OFF: { what: 'looking at records is switched off', hint: 'set "tap": true under "admin" in the pipeline file' },
  SFP_TAP_UNKNOWN_CHANNEL: { what: 'no channel is called "{name}"', hint: 'did you mean "{nearest}"? Known: {known}' },
  SFP_TAP_CHANNEL_TYPE: {
    what: 'channel "{name}" of type {type} cannot be tapped: {reason}',
    hint: 'tap a channel that carries decoded records; plugins bring an adapter for the records of their channel types',
  },
  SFP_TAP_THREADS: {
    what: 'channel "{name}" exists once in each worker thread, where it cannot be tapped',
    hint: 'run with -workers 1',
  },
  SFP_TAP_NOT_RUNNING: { what: 'the pipeline is not running yet', hint: 'try again' },
  SFP_TAP_REDACTED: {
    what: 'a condition on "{name}" would tell what is redacted',
    hint: 'leave it out, or take the attribute off "redact"',
  },
  SFP_TAP_FIELD: { what: '"{name}" of fields is no attribute', hint: 'did you mean "{nearest}"? See docs/attributes.md' },
  SFP_TAP_PARAMETER: { what: '"{name}" {reason}', hint: '' },
  SFP_TAP_BUSY: { what: '{count} sessions look at records already', hint: 'end one of them' },
} as const satisfies ErrorCatalogue
