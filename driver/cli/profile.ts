// SPDX-License-Identifier: Apache-2.0

import { writeFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { Fault } from '../../core/errors/fault.js'
import { messageOf } from '../../core/errors/reason.js'
import type { RunSettings } from '../config/run-settings.js'

/** Starts the requested profiles; the returned function stops them and writes their files. */
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
    if (cpuProfile !== undefined) write(cpuProfile, (await session.post('Profiler.stop')).profile)
    if (memoryProfile !== undefined) write(memoryProfile, (await session.post('HeapProfiler.stopSampling')).profile)
    if (traceProfile !== undefined) {
      const complete = new Promise(resolve => session.once('NodeTracing.tracingComplete', resolve))
      await session.post('NodeTracing.stop')
      await complete
      write(traceProfile, { traceEvents: events })
    }
    session.disconnect()
  }
}

function write(file: string, profile: object): void {
  try {
    writeFileSync(file, JSON.stringify(profile))
  } catch (error) {
    throw new Fault('SFP_RUN_PROFILE', { file, reason: messageOf(error) }, { cause: error })
  }
}
