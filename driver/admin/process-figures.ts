// SPDX-License-Identifier: Apache-2.0
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks'

/** Resource use of the process. Sizes in bytes, times in seconds. */
export interface ProcessFigures {
  readonly pid: number
  readonly cpuSeconds: number
  readonly residentBytes: number
  readonly heapUsedBytes: number
  readonly heapTotalBytes: number
  readonly externalBytes: number
  /** Delay of timers during the last second. */
  readonly loopDelay: { readonly p50: number; readonly p99: number; readonly max: number }
  /** Share of the last second in which the event loop was busy, 0 to 1. */
  readonly loopUse: number
  readonly collections: { readonly count: number; readonly seconds: number }
}

const RESOLUTION_MS = 20

/** Measures the process while an endpoint is open. `tick` ends a one-second interval. */
export class ProcessMonitor {
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  readonly #observer: PerformanceObserver
  #lastUtilization = performance.eventLoopUtilization()
  #loopDelay = { p50: 0, p99: 0, max: 0 }
  #loopUse = 0
  #collections = 0
  #collectionSeconds = 0

  constructor() {
    this.#delay.enable()
    this.#observer = new PerformanceObserver(list => {
      for (const { duration } of list.getEntries()) {
        this.#collections++
        this.#collectionSeconds += duration / 1000
      }
    })
    this.#observer.observe({ entryTypes: ['gc'] })
  }

  tick(): void {
    const seconds = (nanos: number): number => Math.max(0, nanos / 1e9 - RESOLUTION_MS / 1000)
    // If no timer fired in this second there is no measurement; the histogram then has a huge minimum.
    const delay = this.#delay
    this.#loopDelay =
      delay.count === 0
        ? { p50: 0, p99: 0, max: 0 }
        : { p50: seconds(delay.percentile(50)), p99: seconds(delay.percentile(99)), max: seconds(delay.max) }
    delay.reset()
    const utilization = performance.eventLoopUtilization()
    this.#loopUse = performance.eventLoopUtilization(utilization, this.#lastUtilization).utilization
    this.#lastUtilization = utilization
  }

  figures(): ProcessFigures {
    const { user, system } = process.cpuUsage()
    const { rss, heapUsed, heapTotal, external } = process.memoryUsage()
    return {
      pid: process.pid,
      cpuSeconds: (user + system) / 1e6,
      residentBytes: rss,
      heapUsedBytes: heapUsed,
      heapTotalBytes: heapTotal,
      externalBytes: external,
      loopDelay: this.#loopDelay,
      loopUse: this.#loopUse,
      collections: { count: this.#collections, seconds: this.#collectionSeconds },
    }
  }

  close(): void {
    this.#delay.disable()
    this.#observer.disconnect()
  }
}
