// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { DriverPlugin, Plugin, PluginKind, ProcessorPlugin } from '../../contract/plugin.js'
import { ACTION_TESTS } from './conformance/action.js'
import {
  type ConformanceSetup,
  type ConformanceTest,
  ContractViolation,
  PluginUnderTest,
} from './conformance/conformance-test.js'
import { DRIVER_TESTS } from './conformance/driver.js'
import { ENCODER_TESTS } from './conformance/encoder.js'
import { TESTS_FOR_ALL } from './conformance/every-plugin.js'
import { HANDLER_TESTS } from './conformance/handler.js'
import { PROCESSOR_TESTS } from './conformance/processor.js'
import { TRANSPORT_TESTS } from './conformance/transport.js'

/** Each is asked about plugins of its kind alone. */
const TESTS_BY_KIND = {
  driver: DRIVER_TESTS,
  processor: PROCESSOR_TESTS,
  handler: HANDLER_TESTS,
  action: ACTION_TESTS,
  encoder: ENCODER_TESTS,
  transport: TRANSPORT_TESTS,
} as unknown as Readonly<Record<PluginKind, readonly ConformanceTest[]>>

/** What every plugin of a kind must hold to, in the order in which the battery tries it. */
export const conformanceTestsFor = (kind: PluginKind): readonly ConformanceTest[] => [...TESTS_FOR_ALL, ...TESTS_BY_KIND[kind]]

/** Makes a test of node:test of each law for plugins of this kind. A law that does not apply is skipped, with the reason. */
export function conformanceSuite(plugin: Plugin, setup: ConformanceSetup = {}): void {
  for (const conformanceTest of conformanceTestsFor(plugin.kind))
    test(`${plugin.kind} "${plugin.name}": ${conformanceTest.name}`, async t => {
      const reason = await runConformanceTest(conformanceTest, plugin, setup)
      if (reason !== undefined) t.skip(reason)
    })
}

/**
 * Holds a processor or driver against the laws of draining, within one test: what it has taken it sends on, releases and
 * accounts for, and then it ends.
 */
export async function verifyDrain(plugin: ProcessorPlugin | DriverPlugin, setup: ConformanceSetup = {}): Promise<void> {
  for (const conformanceTest of conformanceTestsFor(plugin.kind))
    if (conformanceTest.isDrainTest) await runConformanceTest(conformanceTest, plugin, setup)
}

/** Holds a plugin against one law: rejects with a {@link ContractViolation}, or resolves to the reason if the law does not apply. */
export async function runConformanceTest(
  conformanceTest: ConformanceTest,
  plugin: Plugin,
  setup: ConformanceSetup = {},
): Promise<string | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'law-'))
  try {
    return await conformanceTest.check(new PluginUnderTest(plugin, setup, folder))
  } catch (error) {
    throw new ContractViolation(conformanceTest, plugin, error instanceof Error ? error.message : String(error), error)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
