// SPDX-License-Identifier: Apache-2.0
import { isIP } from 'node:net'
import type { Batch } from '../../core/contract/batch.js'
import type { Options, OptionsSchema } from '../../core/contract/plugin.js'
import type { RecordAdapter } from '../../core/contract/record-adapter.js'
import { Fault } from '../../core/errors/fault.js'
import { nearest } from '../../core/errors/nearest.js'
import type { EndpointAddress } from './endpoint-address.js'
import { faultLocationOf, type SettingLayer } from './settings.js'

/** Settings under `admin` of a pipeline file: the endpoint for monitoring a running process. */
export const ADMIN_OPTIONS: OptionsSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    address: {
      type: 'string',
      minLength: 1,
      description:
        'IP address to listen on. With any address except loopback, other machines have access, and a warning is logged.',
      default: '127.0.0.1',
    },
    port: {
      type: 'integer',
      minimum: 0,
      maximum: 65535,
      description: 'TCP port. 0: the system selects a free port.',
      default: 9464,
    },
    socket: {
      type: 'string',
      minLength: 1,
      description:
        'Unix socket to listen on instead of TCP. Only the user of the process has access. A relative path starts at the current directory.',
    },
    hosts: {
      type: 'array',
      items: { type: 'string' },
      description: 'Allowed host names in requests, in addition to localhost and IP addresses. Other names are refused.',
      default: [],
    },
    tap: { type: 'boolean', description: 'Allow live views of records (`sfprocessor tap`).', default: false },
    redact: {
      type: 'array',
      items: { type: 'string' },
      description: 'Attributes that a tap shows as tokens. Equal values have equal tokens within one session.',
      default: [],
    },
  },
  examples: [{ port: 9464 }, { socket: '/run/sfprocessor/admin.sock', tap: true, redact: ['sf.proc.args', 'sf.proc.cmdline'] }],
}

export interface AdminSettings {
  readonly address: EndpointAddress
  readonly hosts: readonly string[]
  readonly hasTap: boolean
  /** Canonical names of attributes. */
  readonly redacted: ReadonlySet<string>
}

/** Validated options → settings. `adapters`: the adapters of the pipeline's records, for the names of their attributes. */
export function adminSettings(
  { address, port, socket, hosts, tap, redact }: Options,
  adapters: readonly RecordAdapter<Batch>[],
): AdminSettings {
  return {
    address:
      typeof socket === 'string'
        ? { kind: 'socket', path: socket }
        : { kind: 'address', address: address === 'localhost' ? '127.0.0.1' : String(address), port: Number(port) },
    hosts: stringsOf(hosts).map(name => name.toLowerCase()),
    hasTap: tap === true,
    redacted: new Set(stringsOf(redact).flatMap(name => canonicalNamesOf(name, adapters))),
  }
}

/** A name may be an alias of different attributes in several channel types. */
const canonicalNamesOf = (name: string, adapters: readonly RecordAdapter<Batch>[]): string[] =>
  adapters.flatMap(({ attributes }) => attributes.find(name)?.name ?? [])

/** Checks that a schema cannot express. `adapters`: as for {@link adminSettings}. */
export function adminFaults(options: Options, origins: SettingLayer, adapters: readonly RecordAdapter<Batch>[]): Fault[] {
  const faults: Fault[] = []
  const at = (key: string): ReturnType<typeof faultLocationOf> => faultLocationOf(origins.get(key)?.origin ?? { kind: 'default' })
  const { address, socket, redact } = options
  if (typeof address === 'string' && address !== 'localhost' && isIP(address) === 0)
    faults.push(new Fault('SFP_ADMIN_ADDRESS', { address }, at('address')))
  for (const key of ['address', 'port'])
    if (socket !== undefined && origins.get(key)?.origin.kind !== 'default')
      faults.push(new Fault('SFP_ADMIN_TWO_PLACES', { key }, at(key)))
  for (const name of stringsOf(redact)) {
    if (canonicalNamesOf(name, adapters).length > 0) continue
    const close =
      nearest(
        name,
        adapters.flatMap(({ attributes }) => attributes.names),
      ) ?? ''
    faults.push(new Fault('SFP_ADMIN_REDACT', { name, nearest: close }, at('redact')))
  }
  return faults
}

const stringsOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [])
