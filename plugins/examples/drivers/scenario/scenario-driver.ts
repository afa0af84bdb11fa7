// SPDX-License-Identifier: Apache-2.0
import { open } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type Batch, type Driver, type Host, Ledger, pluginError, type Sender } from 'sfprocessor/plugin'
import { encodeRecord, readScenario, type Scenario, simulate, type TraceRecord } from 'sfprocessor/scenario'
import { SysFlowInput } from 'sfprocessor/sysflow'
import { RateLimiter } from './rate-limiter.js'

export interface ScenarioSettings {
  /** Records per second; 0: no limit. */
  readonly rate: number
  readonly repeat: number
  /** True: the scenario starts now, not at the time that it specifies. */
  readonly startsNow: boolean
  /** Name of the variant; empty: no variant. */
  readonly variant: string
}

/** Simulates a scenario. Each repetition is a new trace with new processes, because it starts later. */
export class ScenarioDriver implements Driver {
  readonly ledger = new Ledger()
  readonly #path: string
  readonly #settings: ScenarioSettings
  readonly #host: Host
  #scenario: Scenario | undefined
  #repetitions = 0
  /** Latest time of all records so far, in nanoseconds. */
  #latestTime = 0n

  constructor([path, ...others]: readonly string[], settings: ScenarioSettings, host: Host) {
    if (path === undefined || others.length > 0)
      throw pluginError('the driver "scenario" takes exactly one scenario file', {
        hint: 'set "path", or name one file after the options',
      })
    this.#path = path
    this.#settings = settings
    this.#host = host
  }

  async open(): Promise<void> {
    this.#scenario = await this.#read()
  }

  async run(output: Sender<Batch>, stop: AbortSignal): Promise<void> {
    const { rate, repeat } = this.#settings
    const scenario = this.#scenario ?? (await this.#read())
    const sender = new SysFlowInput(output, { ledger: this.ledger, host: this.#host }).sender(this.#path)
    const rateLimiter = new RateLimiter(rate)
    for (this.#repetitions = 0; this.#repetitions < repeat && !stop.aborted; this.#repetitions++) {
      let messages: Buffer[] = []
      for (const record of simulate({ ...scenario, start: this.#startOf(scenario) })) {
        this.#trackTime(record)
        messages.push(encodeRecord(record))
        if (messages.length < rateLimiter.batchSize) continue
        if (!(await rateLimiter.wait(messages.length, stop))) return
        await sender.send(messages, { moreFollow: rate === 0 })
        messages = []
      }
      if (!(await rateLimiter.wait(messages.length, stop))) return
      await sender.send(messages)
    }
  }

  /** Runs without `open` when the pipeline is only validated. */
  async check(): Promise<string | undefined> {
    if (!this.#scenario) await this.#read()
    return undefined
  }

  report(): Readonly<Record<string, unknown>> {
    return { performed: this.#repetitions }
  }

  async #read(): Promise<Scenario> {
    const path = resolve(this.#host.directory, this.#path)
    let text: string
    try {
      const file = await open(path)
      try {
        if ((await file.stat()).size > MAX_SCENARIO_BYTES) throw new Error(`it has more than ${MAX_SCENARIO_BYTES} bytes`)
        text = await file.readFile('utf8')
      } finally {
        await file.close()
      }
    } catch (error) {
      throw pluginError(`the scenario "${this.#path}" cannot be read: ${error instanceof Error ? error.message : error}`)
    }
    // Errors in the scenario are reported with line and column.
    return readScenario(text, this.#path, this.#settings.variant)
  }

  /** A start later than all earlier records, so that no process identity and no timestamp repeats. */
  #startOf({ start }: Scenario): bigint {
    const requested = this.#settings.startsNow ? BigInt(Date.now()) * 1_000_000n : start
    return requested > this.#latestTime ? requested : this.#latestTime + MILLISECOND
  }

  #trackTime({ record }: TraceRecord): void {
    const time = 'endTs' in record ? record.endTs : 'ts' in record ? record.ts : 0n
    if (time > this.#latestTime) this.#latestTime = time
  }
}

const MAX_SCENARIO_BYTES = 16 * 1024 * 1024
const MILLISECOND = 1_000_000n
