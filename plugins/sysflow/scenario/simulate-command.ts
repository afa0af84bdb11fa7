// SPDX-License-Identifier: Apache-2.0

import { closeSync, openSync, readFileSync, statSync, writeSync } from 'node:fs'
import { codeOf, messageOf } from '../../../core/errors/reason.js'
import { TraceWriter } from '../avro/trace-writer.js'
import { sysflowFault } from '../errors.js'
import { readScenario } from './read-scenario.js'
import { simulate } from './simulate/simulate.js'

/**
 * Writes the trace of a scenario file to `outputPath` (`-`: standard output) and returns the number of records. Throws the
 * scenario's faults before the output is opened; a fault during the simulation leaves a trace that ends there.
 */
export function runSimulate(scenarioPath: string, outputPath: string, variant?: string): number {
  const scenario = readScenario(readText(scenarioPath), scenarioPath, variant)
  const output = outputPath === '-' ? STANDARD_OUTPUT : openOutput(outputPath)
  let records = 0
  try {
    const writer = new TraceWriter(bytes => writeFully(output, bytes))
    try {
      for (const record of simulate(scenario)) {
        writer.write(record)
        records++
      }
    } finally {
      writer.finish()
    }
  } finally {
    if (output !== STANDARD_OUTPUT) closeSync(output)
  }
  return records
}

const STANDARD_OUTPUT = 1
const MAX_SCENARIO_BYTES = 16 * 1024 * 1024

function readText(path: string): string {
  try {
    if (statSync(path).size > MAX_SCENARIO_BYTES) throw new Error('it is larger than 16 MB')
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw sysflowFault('SFP_SCENARIO_UNREADABLE', { detail: messageOf(error) }, { where: path, cause: error })
  }
}

function openOutput(path: string): number {
  try {
    return openSync(path, 'w')
  } catch (error) {
    throw sysflowFault('SFP_SCENARIO_UNWRITABLE', { detail: messageOf(error) }, { where: path, cause: error })
  }
}

/** Synchronous, so a slow pipe slows the simulation and no output is buffered. */
function writeFully(output: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) {
    try {
      written += writeSync(output, bytes, written)
    } catch (error) {
      if (isBusy(error)) Atomics.wait(WAIT_CELL, 0, 0, 5)
      else throw sysflowFault('SFP_SCENARIO_UNWRITABLE', { detail: messageOf(error) }, { cause: error })
    }
  }
}

/** A full non-blocking pipe returns EAGAIN; the only option is to wait. */
const isBusy = (error: unknown): boolean => codeOf(error) === 'EAGAIN'
const WAIT_CELL = new Int32Array(new SharedArrayBuffer(4))
