// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as timeout } from 'node:timers/promises'
import type { Authority } from './certificates.js'

/** For a test's `skip` option: false where rsyslogd can be started, else the reason. */
export const withoutRsyslog: string | false =
  spawnSync('rsyslogd', ['-v']).status === 0 ? false : 'no rsyslogd on this machine (Debian package rsyslog)'

/** For a test's `skip` option: false where rsyslogd with TLS can be started, else the reason. */
export const withoutRsyslogTls: string | false =
  withoutRsyslog ||
  (['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib', '/usr/lib64'].some(path =>
    existsSync(join(path, 'rsyslog', 'lmnsd_gtls.so')),
  )
    ? false
    : 'no TLS in rsyslogd on this machine (Debian package rsyslog-gnutls)')

/** A message as rsyslogd parsed it. */
export interface ReceivedMessage {
  readonly pri: string
  readonly time: string
  readonly host: string
  readonly app: string
  readonly pid: string
  readonly tag: string
  readonly data: string
  readonly text: string
}

export interface RsyslogTls {
  readonly authority: Authority
  readonly cert: string
  readonly key: string
  /** Whether clients must show a certificate of the same authority. */
  readonly asksForCertificate?: boolean
}

/** A private rsyslogd on loopback ports of its own, which writes received messages to a file. */
export class Rsyslog {
  readonly #folder: string
  readonly #tls: RsyslogTls | undefined
  #process: ChildProcess | undefined
  #output = ''
  /** 0 until the first start; the same port after each later start. */
  tcp = 0
  udp = 0

  /** `folder` is created. */
  constructor(folder: string, tls?: RsyslogTls) {
    this.#folder = folder
    this.#tls = tls
    mkdirSync(folder)
  }

  async start(): Promise<void> {
    if (this.udp === 0) this.udp = await freeUdpPort()
    const portFile = join(this.#folder, 'port')
    rmSync(portFile, { force: true })
    writeFileSync(join(this.#folder, 'rsyslog.conf'), this.#configuration(portFile))
    const child = spawn('rsyslogd', ['-n', '-C', '-f', join(this.#folder, 'rsyslog.conf'), '-i', join(this.#folder, 'pid')], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', chunk => {
        this.#output += String(chunk)
      })
    }
    this.#process = child
    if (this.tcp === 0) {
      await this.#until(
        async () => existsSync(portFile) && readFileSync(portFile, 'utf8') !== '',
        'rsyslogd writes its port file',
      )
      this.tcp = Number(readFileSync(portFile, 'utf8'))
    }
    // The file is written only for a port that the system chose.
    await this.#until(() => answers(this.tcp), 'it listens')
  }

  /** Stops rsyslogd with SIGTERM as an operator would, or with another signal. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.#process
    this.#process = undefined
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }

  /** The messages received so far, in order. */
  received(): ReceivedMessage[] {
    const path = join(this.#folder, 'received')
    if (!existsSync(path)) return []
    const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1)
    return lines.map((line): ReceivedMessage => JSON.parse(line))
  }

  /** Waits until `isEnough` returns true for the received messages. */
  async receives(isEnough: (messages: readonly ReceivedMessage[]) => boolean): Promise<ReceivedMessage[]> {
    let messages: ReceivedMessage[] = []
    await this.#until(async () => {
      messages = this.received()
      return isEnough(messages)
    }, 'enough has come')
    return messages
  }

  async #until(isSo: () => Promise<boolean>, what: string): Promise<void> {
    const end = Date.now() + MAX_WAIT
    while (!(await isSo())) {
      const hasEnded = this.#process !== undefined && this.#process.exitCode !== null
      assert.ok(
        !hasEnded && Date.now() < end,
        `rsyslogd: not so that ${what}; ${this.received().length} received\n${this.#output}`,
      )
      await timeout(10)
    }
  }

  #configuration(portFile: string): string {
    const tls = this.#tls
    const files = tls && [
      'DefaultNetstreamDriver="gtls"',
      `DefaultNetstreamDriverCAFile="${tls.authority.cert}"`,
      `DefaultNetstreamDriverCertFile="${tls.cert}"`,
      `DefaultNetstreamDriverKeyFile="${tls.key}"`,
    ]
    const driver =
      tls &&
      `StreamDriver.Name="gtls" StreamDriver.Mode="1" StreamDriver.AuthMode="${tls.asksForCertificate ? 'x509/certvalid' : 'anon'}"`
    return `
global(workDirectory="${this.#folder}" maxMessageSize="1m" ${files?.join(' ') ?? ''})
module(load="imudp")
module(load="imtcp" ${driver ?? ''})
template(name="json" type="list" option.jsonf="on") {
  property(outname="pri" name="pri" format="jsonf")
  property(outname="time" name="timereported" dateFormat="rfc3339" format="jsonf")
  property(outname="host" name="hostname" format="jsonf")
  property(outname="app" name="app-name" format="jsonf")
  property(outname="pid" name="procid" format="jsonf")
  property(outname="tag" name="msgid" format="jsonf")
  property(outname="data" name="structured-data" format="jsonf")
  property(outname="text" name="msg" format="jsonf")
}
ruleset(name="all" queue.type="direct") { action(type="omfile" file="${this.#folder}/received" template="json" flushOnTXEnd="on") }
input(type="imudp" address="127.0.0.1" port="${this.udp}" rcvbufSize="4m" ruleset="all")
input(type="imtcp" address="127.0.0.1" port="${this.tcp}" listenPortFileName="${portFile}" ruleset="all")
`
  }
}

const answers = (port: number): Promise<boolean> =>
  new Promise(resolve => {
    const socket = connect(port, '127.0.0.1', () => resolve(true))
    socket.on('error', () => resolve(false)).on('connect', () => socket.destroy())
  })

async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  return port
}

/** Milliseconds; long, since nothing is measured. */
const MAX_WAIT = 60_000
