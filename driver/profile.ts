// SPDX-License-Identifier: Apache-2.0
import { writeFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import type { RunSettings } from './options.js'

/** Starts the profiles that were asked for; the function that it returns stops them and writes their files. */
export async function startProfiles({ cpuProfile, memoryProfile, traceProfile }: RunSettings): Promise<() => Promise<void>> {
  if (cpuProfile === undefined && memoryProfile === undefined && traceProfile === undefined) return async () => {}
  const session = new Session()
  session.connect()
  const events: object[] = []
  if (cpuProfile !== undefined) {
    await session.post('Profiler.enable')
    await session.post('Profiler.start')
  }
  if (memoryProfile !== undefined) await session.post('HeapProfiler.startSampling')
  if (traceProfile !== undefined) {
    session.on('NodeTracing.dataCollected', message => events.push(...message.params.value))
    await session.post('NodeTracing.start', { traceConfig: { includedCategories: ['node', 'node.perf', 'node.fs.async', 'v8'] } })
  }
  return async () => {
    if (cpuProfile !== undefined) writeFileSync(cpuProfile, JSON.stringify((await session.post('Profiler.stop')).profile))
    if (memoryProfile !== undefined)
      writeFileSync(memoryProfile, JSON.stringify((await session.post('HeapProfiler.stopSampling')).profile))
    if (traceProfile !== undefined) {
      const complete = new Promise(resolve => session.once('NodeTracing.tracingComplete', resolve))
      await session.post('NodeTracing.stop')
      await complete
      writeFileSync(traceProfile, JSON.stringify({ traceEvents: events }))
    }
    session.disconnect()
  }
}
