// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as timeout } from 'node:timers/promises'
import { Authority, withoutOpenssl } from '../../exporter/testing/certificates.js'
import { openProducer } from '../producer.js'
import { fakeSettings } from './fake-kafka.js'

/** Why a real broker cannot be started here; undefined if it can. */
export function brokerUnavailableReason(): string | undefined {
  if (!process.env.KAFKA_CLASSPATH) return 'KAFKA_CLASSPATH does not name the jars of Apache Kafka (for example "kafka/libs/*")'
  return spawnSync('java', ['-version']).status === 0 ? undefined : 'there is no Java'
}

/**
 * One node of Apache Kafka on the loopback interface, with a folder of its own. Topics have four partitions. If certificates can
 * be created, it has a second listener, with TLS, for the user `tester` with the password `secret` only.
 */
export class KafkaBroker {
  readonly address: string
  readonly securedAddress: string
  /** PEM file of the authority of its certificate; undefined: there is no second listener. */
  readonly authority: string | undefined
  readonly #folder: string
  readonly #properties: string
  #process: ChildProcess | undefined

  static async start(): Promise<KafkaBroker> {
    const broker = new KafkaBroker(await freePort(), await freePort(), await freePort())
    await broker.resume()
    return broker
  }

  private constructor(port: number, controller: number, secured: number) {
    this.address = `127.0.0.1:${port}`
    this.securedAddress = `127.0.0.1:${secured}`
    this.#folder = mkdtempSync(join(tmpdir(), 'kafka-'))
    this.#properties = join(this.#folder, 'server.properties')
    this.authority = withoutOpenssl ? undefined : this.#certify()
    const securedListener = this.authority === undefined ? '' : `,SASL_SSL://${this.securedAddress}`
    writeFileSync(
      this.#properties,
      `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controller}
listeners=PLAINTEXT://${this.address}${securedListener},CONTROLLER://127.0.0.1:${controller}
advertised.listeners=PLAINTEXT://${this.address}${securedListener}
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL
ssl.keystore.type=PEM
ssl.keystore.location=${join(this.#folder, 'broker.pem')}
listener.name.sasl_ssl.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-512
listener.name.sasl_ssl.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_tester="secret";
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
log.dirs=${join(this.#folder, 'data')}
num.partitions=4
offsets.topic.replication.factor=1
offsets.topic.num.partitions=2
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=500
`,
    )
    const format = ['kafka.tools.StorageTool', 'format', '-t', 'MkU3OEVBNTcwNTJENDM2Qg', '-c', this.#properties]
    format.push('--add-scram', 'SCRAM-SHA-512=[name=tester,password=secret]')
    const { status, stderr } = spawnSync('java', ['-Xmx128m', '-cp', process.env.KAFKA_CLASSPATH ?? '', ...format])
    if (status !== 0) throw new Error(`the storage of Kafka cannot be made: ${stderr}`)
  }

  /** The path of the authority's certificate. */
  #certify(): string {
    const authority = new Authority(this.#folder)
    const { cert, key } = authority.issue('127.0.0.1')
    writeFileSync(join(this.#folder, 'broker.pem'), readFileSync(key, 'utf8') + readFileSync(cert, 'utf8'))
    return authority.cert
  }

  /** Client settings with short timeouts, so that clients quickly detect a lost peer. */
  get config(): Readonly<Record<string, unknown>> {
    return {
      'bootstrap.servers': this.address,
      'allow.auto.create.topics': true,
      'session.timeout.ms': 1500,
      'heartbeat.interval.ms': 200,
      'auto.commit.interval.ms': 50,
      'fetch.wait.max.ms': 100,
      'request.timeout.ms': 5000,
    }
  }

  /** Resolves when the broker responds. */
  async resume(): Promise<void> {
    this.#process = spawn('java', ['-Xmx256m', '-cp', process.env.KAFKA_CLASSPATH ?? '', 'kafka.Kafka', this.#properties], {
      stdio: 'ignore',
    })
    for (let left = 120; ; left--) {
      const sender = await openProducer(fakeSettings(this.config))
      try {
        await sender.check('begin')
        return
      } catch (error) {
        if (left === 0 || this.#process.exitCode !== null) throw error
        await timeout(500)
      } finally {
        await sender.close()
      }
    }
  }

  /** Simulates a power failure of the machine. */
  async kill(): Promise<void> {
    const running = this.#process
    this.#process = undefined
    if (!running || running.exitCode !== null) return
    running.kill('SIGKILL')
    await once(running, 'exit')
  }

  async end(): Promise<void> {
    await this.kill()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return address.port
}
