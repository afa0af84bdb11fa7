// SPDX-License-Identifier: Apache-2.0

import type { IncomingMessage } from 'node:http'
import type { CommandDefinition, CommandInvocation } from '../../../core/contract/command.js'
import type { Environment } from '../../../core/contract/environment.js'
import { Fault } from '../../../core/errors/fault.js'
import { reasonOf } from '../../../core/errors/reason.js'
import { type EndpointAddress, endpointAddressText, parseEndpointAddress } from '../../config/endpoint-address.js'
import { EXIT, type ExitCode } from '../../exit-codes.js'
import type { ProcessContext } from '../../process/process-context.js'

/** For container engines and service managers that run a command as health check: images contain no other HTTP client. */
export const healthCommand: CommandDefinition<ProcessContext> = {
  name: 'health',
  summary: 'check whether a running process is alive; the exit status is the result',
  arguments: [],
  options: [
    {
      flags: '--at <address>',
      description: 'address of the endpoint (default: from ADMIN_PORT, ADMIN_ADDRESS and ADMIN_SOCKET, else 127.0.0.1:9464)',
    },
    { flags: '--ready', description: 'check whether it can receive and deliver records' },
  ],
  status: {
    ok: 'the process is alive; with -ready: it can receive and deliver records',
    failed: 'it is not, or no answer within 4 s',
  },
  examples: [
    { line: 'sfprocessor health', description: 'check the process with the default endpoint on this machine' },
    {
      line: 'sfprocessor health -ready -at /run/sfprocessor/admin.sock',
      description: 'check over a socket whether the process can receive records',
    },
  ],
  run,
}

async function run({ options }: CommandInvocation, context: ProcessContext): Promise<ExitCode> {
  const addressText = options.at === undefined ? addressFromEnvironment(context.environment) : String(options.at)
  const address = parseEndpointAddress(addressText)
  if (!address) throw new Fault('SFP_ADMIN_AT', { text: addressText })
  const { status, body } = await fetchStatus(address, options.ready === true ? '/readyz' : '/healthz')
  const isHealthy = status === 200
  const target = isHealthy ? context.stdout : context.stderr
  target.write(`${body.trimEnd()}\n`)
  return isHealthy ? EXIT.ok : EXIT.failed
}

/** The address of the endpoint of a process with this environment. `INSIDE_` is the deprecated prefix. */
function addressFromEnvironment(environment: Environment): string {
  const variable = (key: string): string | undefined => environment[`ADMIN_${key}`] || environment[`INSIDE_${key}`]
  const [socket, address, port] = [variable('SOCKET'), variable('ADDRESS'), variable('PORT')]
  if (socket) return socket.includes('/') ? socket : `./${socket}`
  const host = address ? (LOOPBACK_ADDRESSES.get(address) ?? address) : '127.0.0.1'
  return `${host.includes(':') ? `[${host}]` : host}:${port || '9464'}`
}

/** For an endpoint that listens on all addresses, the loopback address is requested. */
const LOOPBACK_ADDRESSES: ReadonlyMap<string, string> = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
])

const TIMEOUT_MS = 4000
const MAX_BODY_CHARACTERS = 64 * 1024

/** Throws a fault if there is no answer in time. */
async function fetchStatus(address: EndpointAddress, path: string): Promise<{ status: number; body: string }> {
  const target = address.kind === 'socket' ? { socketPath: address.path } : { host: address.address, port: address.port }
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  // Loaded on demand: every start loads this module.
  const { request } = await import('node:http')
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request({ ...target, path, signal, headers: { host: 'localhost', connection: 'close' } }, resolve)
        .on('error', reject)
        .end()
    })
    return { status: response.statusCode ?? 0, body: await readTruncated(response) }
  } catch (error) {
    const reason = signal.aborted
      ? `no answer in ${TIMEOUT_MS / 1000} s`
      : reasonOf(error, { ECONNREFUSED: 'connection refused' })
    throw new Fault('SFP_ADMIN_UNREACHABLE', { address: endpointAddressText(address), reason }, { cause: error })
  }
}

async function readTruncated(response: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of response.setEncoding('utf8')) {
    text += chunk
    if (text.length > MAX_BODY_CHARACTERS) break
  }
  return text.slice(0, MAX_BODY_CHARACTERS)
}
