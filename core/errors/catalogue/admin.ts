// SPDX-License-Identifier: Apache-2.0
import type { ErrorCatalogue } from '../../contract/error-catalogue.js'

export const ADMIN_FAULTS = {
  SFP_ADMIN_ADDRESS: { what: '"{address}" is not an IP address', hint: 'use an address such as 127.0.0.1 or ::1' },
  SFP_ADMIN_TWO_PLACES: { what: 'the endpoint has both "socket" and "{key}"', hint: 'remove one of them' },
  SFP_ADMIN_REDACT: {
    what: 'unknown attribute "{name}" in "redact"',
    hint: 'did you mean "{nearest}"? See docs/attributes.md',
  },
  SFP_ADMIN_EXPOSED: {
    what: 'the endpoint listens on {address} and is reachable from other machines',
    hint: 'it has no authentication and no encryption; protect it with a proxy or a firewall',
  },
  SFP_ADMIN_UNAVAILABLE: {
    what: 'the endpoint cannot listen on {address}: {reason}',
    hint: 'set another address with -admin or with "admin" in the pipeline file',
    causes: ['Another process already listens on this address, for example another sfprocessor.'],
  },
  SFP_ADMIN_AT: {
    what: 'invalid address "{text}"',
    hint: 'use http://ADDRESS:PORT, ADDRESS:PORT, PORT or a socket path',
  },
  SFP_ADMIN_UNREACHABLE: {
    what: 'cannot connect to {address}: {reason}',
    hint: 'start the process with -admin PORT and set its address with -at',
    causes: ['The process was started without -admin.', 'The endpoint listens on another address: set it with -at.'],
  },
  SFP_ADMIN_REFUSED: { what: 'the endpoint answers {status}: {reason}', hint: '' },
  SFP_TAP_OFF: { what: 'the tap is disabled', hint: 'set "tap": true under "admin" in the pipeline file' },
  SFP_TAP_UNKNOWN_CHANNEL: { what: 'unknown channel "{name}"', hint: 'did you mean "{nearest}"? Known: {known}' },
  SFP_TAP_CHANNEL_TYPE: {
    what: 'channel "{name}" of type {type} cannot be tapped: {reason}',
    hint: 'tap a channel with decoded records; for other channel types, a plugin must provide an adapter',
  },
  SFP_TAP_THREADS: {
    what: 'channel "{name}" cannot be tapped, because each worker thread has its own',
    hint: 'run with -workers 1',
  },
  SFP_TAP_NOT_RUNNING: { what: 'the pipeline is not running yet', hint: 'try again' },
  SFP_TAP_REDACTED: {
    what: 'a condition on "{name}" would reveal redacted values',
    hint: 'remove the condition, or remove the attribute from "redact"',
  },
  SFP_TAP_FIELD: { what: 'unknown attribute "{name}" in fields', hint: 'did you mean "{nearest}"? See docs/attributes.md' },
  SFP_TAP_PARAMETER: { what: '"{name}" {reason}', hint: '' },
  SFP_TAP_BUSY: { what: 'the limit of {count} tap sessions is reached', hint: 'close one of them' },
} as const satisfies ErrorCatalogue
