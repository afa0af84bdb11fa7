// SPDX-License-Identifier: Apache-2.0

import { setTimeout as timeout } from 'node:timers/promises'
import type { Acknowledgement, Batch } from '../../core/contract/batch.js'
import type { Host } from '../../core/contract/host.js'
import type { Ledger } from '../../core/contract/ledger.js'
import type { Driver, Sender } from '../../core/contract/stage.js'
import { Fault } from '../../core/errors/fault.js'
import { FaultLimiter } from '../../core/errors/fault-limiter.js'
import { OtelFormatError, type ResourceLogs } from '../../core/exporter/otlp/log-records.js'
import type { FetchedMessages } from '../../core/kafka/fetch-messages.js'
import { type KafkaGroupConsumer, openGroupConsumer } from '../../core/kafka/group-consumer.js'
import { KafkaError } from '../../core/kafka/kafka-error.js'
import type { KafkaSettings } from '../../core/kafka/kafka-settings.js'
import { NoCommittedOffset, PartitionOffsets } from '../../core/kafka/partition-offsets.js'
import { otelFault } from './errors.js'
import { OtelBatch } from './otel-batch.js'

/** Converts the bytes of a message to log data. Throws an {@link OtelFormatError}. */
export type ReadMessage = (value: Buffer) => readonly ResourceLogs[]

/**
 * A consumer group member. It commits offsets up to the first message that is not yet delivered (or counted as dropped), so no
 * message is lost, however the process ends. Some messages may be read twice.
 */
export class OtelKafkaDriver implements Driver {
  readonly ledger: Ledger
  readonly #settings: KafkaSettings
  readonly #topics: readonly string[]
  readonly #read: ReadMessage
  readonly #host: Host
  readonly #open: typeof openGroupConsumer
  readonly #faults: FaultLimiter
  readonly #offsets: PartitionOffsets
  #member: KafkaGroupConsumer | undefined
  #isFrozen = false
  #isFailing = false
  #messages = 0
  #reconnections = 0
  #batch = new OtelBatch()
  #committing: Promise<void> = Promise.resolve()

  constructor(
    settings: KafkaSettings,
    topics: readonly string[],
    read: ReadMessage,
    host: Host,
    ledger: Ledger,
    open: typeof openGroupConsumer = openGroupConsumer,
  ) {
    this.#settings = settings
    this.#topics = topics
    this.#read = read
    this.#host = host
    this.ledger = ledger
    this.#open = open
    this.#faults = new FaultLimiter(fault => host.reportFault(fault, true))
    this.#offsets = new PartitionOffsets(settings.group.startOffset, () => this.#isFrozen)
  }

  async open(): Promise<void> {
    try {
      this.#member = await this.#open(this.#settings, this.#topics)
    } catch (error) {
      throw error instanceof KafkaError ? this.#fault('SFP_KAFKA_REACH', error) : error
    }
  }

  async run(output: Sender<Batch>, stop: AbortSignal, abort: AbortSignal): Promise<void> {
    const freeze = (): void => {
      this.#isFrozen = true
    }
    // Batches that an aborted stage releases have not been delivered.
    abort.addEventListener('abort', freeze, { once: true })
    const commitTimer = setInterval(() => this.#commit(), this.#settings.group.commitInterval)
    try {
      for (let retryDelay = INITIAL_RETRY_DELAY; !stop.aborted; ) {
        abort.throwIfAborted()
        try {
          await this.#poll(output)
          retryDelay = INITIAL_RETRY_DELAY
          this.#isFailing = false
        } catch (error) {
          if (error instanceof NoCommittedOffset) throw this.#fault('SFP_KAFKA_READ', error)
          if (!(error instanceof KafkaError)) throw error
          await this.#recover(error)
          await timeout(retryDelay, undefined, { signal: AbortSignal.any([stop, abort]) }).catch(() => {})
          retryDelay = Math.min(2 * retryDelay, MAX_RETRY_DELAY)
        }
      }
    } finally {
      clearInterval(commitTimer)
      this.#faults.finish(this.#host.stage)
    }
  }

  /** Every stage has ended: commits the offsets of what they have delivered. */
  async close(): Promise<void> {
    if (this.#member) await this.#commit()
    await this.#member?.close()
    this.#member = undefined
  }

  async check(): Promise<string | undefined> {
    return this.#member?.failure?.message
  }

  report(): Readonly<Record<string, unknown>> {
    return {
      messages: this.#messages,
      partitions: this.#offsets.positions.length,
      underWay: this.#offsets.undelivered,
      ...(this.#reconnections > 0 ? { reconnections: this.#reconnections } : {}),
    }
  }

  /** Checks the group assignment once and fetches the available messages once. */
  async #poll(output: Sender<Batch>): Promise<void> {
    this.#member ??= await this.#open(this.#settings, this.#topics)
    const member = this.#member
    if (member.failure) throw member.failure
    if (!this.#offsets.isUpToDate(member)) await this.#offsets.updateAssignment(member)
    const { positions } = this.#offsets
    if (positions.length === 0) {
      await timeout(IDLE_DELAY)
      return
    }
    try {
      for (const fetched of await member.fetch(positions)) await this.#append(fetched, output)
    } catch (error) {
      if (!(error instanceof KafkaError) || error.kind !== 'out of range') throw error
      for (const gone of await this.#offsets.skipToAvailable(member))
        this.#host.reportFault(new Fault('SFP_KAFKA_GONE', gone), true)
    }
  }

  async #append({ topic, partition, messages, next }: FetchedMessages, output: Sender<Batch>): Promise<void> {
    for (const { offset, value } of messages) {
      this.#messages++
      this.ledger.in += this.#batch.append(this.#parse(value, `${topic}, partition ${partition}, offset ${offset}`), value.length)
      if (this.#batch.length >= MAX_BATCH_RECORDS || this.#batch.weight >= MAX_BATCH_BYTES)
        await this.#send(this.#offsets.markRead(topic, partition, offset + 1n), output)
    }
    await this.#send(this.#offsets.markRead(topic, partition, next), output)
  }

  /** A message that cannot be parsed must not stop the other messages: it is reported, counted and skipped. */
  #parse(value: Buffer, where: string): readonly ResourceLogs[] {
    try {
      return this.#read(value)
    } catch (error) {
      if (!(error instanceof OtelFormatError)) throw error
      this.ledger.in++
      this.ledger.drop('no log data')
      this.#faults.add(otelFault('SFP_OTEL_DATA', { reason: error.message }, { where }))
      return []
    }
  }

  async #send(acknowledgement: Acknowledgement | undefined, output: Sender<Batch>): Promise<void> {
    const batch = this.#batch
    if (acknowledgement) batch.attachAcknowledgement(acknowledgement)
    this.#batch = new OtelBatch()
    if (batch.length === 0) {
      batch.release()
      return
    }
    const { length } = batch
    await output.send(batch)
    this.ledger.out += length
  }

  /** A later commit makes up for a commit that fails; otherwise the messages are read again. */
  #commit(): Promise<void> {
    this.#committing = this.#committing.then(async () => {
      const positions = this.#offsets.uncommitted
      if (positions.length === 0 || !this.#member) return
      try {
        await this.#member.commit(positions)
        this.#offsets.markCommitted(positions)
      } catch (error) {
        this.#host.log.info(`offsets are not committed yet: ${error instanceof Error ? error.message : String(error)}`)
      }
    })
    return this.#committing
  }

  /** Closes the connection; the next poll opens a new one. Only the first of consecutive failures is reported. */
  async #recover(error: KafkaError): Promise<void> {
    if (!this.#isFailing) this.#host.reportFault(this.#fault('SFP_KAFKA_READ', error, 'warning'), false)
    this.#isFailing = true
    this.#reconnections++
    const member = this.#member
    this.#member = undefined
    await member?.close()
  }

  #fault(code: 'SFP_KAFKA_REACH' | 'SFP_KAFKA_READ', error: Error, level: 'error' | 'warning' = 'error'): Fault {
    const details = { brokers: this.#settings.brokers.join(', '), reason: error.message }
    return new Fault(code, details, { level, cause: error })
  }
}

const MAX_BATCH_RECORDS = 256
const MAX_BATCH_BYTES = 1024 * 1024
/** Milliseconds to wait while the group assigns no partition to this member. */
const IDLE_DELAY = 200
const INITIAL_RETRY_DELAY = 250
const MAX_RETRY_DELAY = 30_000
