// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import type { Fault } from '../../../core/errors/fault.js'
import type { ProcessContext } from '../../process/process-context.js'
import { healthCommand } from './health.js'

interface Told {
  readonly exit: number | undefined
  readonly out: string
  readonly error: string
}

async function health(options: Readonly<Record<string, string | boolean>>, environment = {}): Promise<Told> {
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  const never = new AbortController().signal
  const context: ProcessContext = { stdout, stderr, environment, directory: '.', stop: never, abort: never }
  const exit = await healthCommand.run?.({ arguments: [], options }, context)
  return { exit, out: String(stdout.read() ?? ''), error: String(stderr.read() ?? '') }
}

/** Runs a server that answers as `answer` does while `use` runs. */
async function serving(place: number | string, answer: RequestListener, use: (server: Server) => Promise<void>): Promise<void> {
  const server = createServer(answer)
  await new Promise<void>(resolve =>
    typeof place === 'string' ? server.listen(place, resolve) : server.listen(place, '127.0.0.1', resolve),
  )
  try {
    await use(server)
  } finally {
    server.close()
  }
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port

const starting: RequestListener = ({ url }, response) => {
  response.statusCode = url === '/healthz' ? 200 : 503
  response.end(url === '/healthz' ? 'ok' : 'the run is starting\ndriver "socket": not open yet')
}

test('a process that responds is alive', () =>
  serving(0, starting, async server => {
    assert.deepEqual(await health({ at: `127.0.0.1:${portOf(server)}` }), { exit: 0, out: 'ok\n', error: '' })
  }))

test('a process that is not ready reports the reason, and the exit status is 1', () =>
  serving(0, starting, async server => {
    const reported = await health({ at: String(portOf(server)), ready: true })
    assert.deepEqual(reported, { exit: 1, out: '', error: 'the run is starting\ndriver "socket": not open yet\n' })
  }))

test('the address is taken from the environment variables of the process', () =>
  serving(0, starting, async server => {
    const port = String(portOf(server))
    for (const address of [undefined, '', '127.0.0.1', '0.0.0.0']) {
      const reported = await health({}, { ADMIN_PORT: port, ...(address !== undefined && { ADMIN_ADDRESS: address }) })
      assert.equal(reported.exit, 0, address)
    }
  }))

test('the address can be a socket', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'health-'))
  const path = join(folder, 'inside.sock')
  try {
    await serving(path, starting, async () => {
      assert.equal((await health({ at: path })).exit, 0)
      assert.equal((await health({}, { ADMIN_SOCKET: path })).exit, 0)
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('a missing endpoint is reported with its address', async () => {
  let port = 0
  await serving(0, starting, async server => {
    port = portOf(server)
  })
  await assert.rejects(health({ at: String(port) }), (fault: Fault) => {
    assert.equal(fault.code, 'SFP_ADMIN_UNREACHABLE')
    assert.match(fault.message, new RegExp(`127\\.0\\.0\\.1:${port}.*connection refused`))
    return true
  })
})

test('an invalid address is refused', async () => {
  await assert.rejects(health({ at: 'here' }), { code: 'SFP_ADMIN_AT' })
})

test('only the beginning of an endless response is read', () =>
  serving(
    0,
    (_, response) => {
      const more = (): boolean => response.write('x'.repeat(16_384))
      response.on('drain', more)
      response.on('close', () => response.off('drain', more))
      while (more()) {}
    },
    async server => {
      assert.equal((await health({ at: String(portOf(server)) })).out.length, 64 * 1024 + 1)
    },
  ))
