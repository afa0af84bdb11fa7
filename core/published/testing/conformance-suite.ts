// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Plugin, PluginKind } from '../../contract/plugin.js'
import { ACTION_TESTS } from './conformance/action.js'
import { type ConformanceTest, ContractViolation, PluginUnderTest, type SuiteSetup } from './conformance/conformance-test.js'
import { DRIVER_TESTS } from './conformance/driver.js'
import { ENCODER_TESTS } from './conformance/encoder.js'
import { TESTS_FOR_ALL } from './conformance/every-plugin.js'
import { PROCESSOR_TESTS } from './conformance/processor.js'
import { TRANSPORT_TESTS } from './conformance/transport.js'
import type { SampleCatalog } from './sample-catalog.js'

/** Conformance tests by the kind of plugin that they apply to. */
export type ConformanceTests = { readonly [K in PluginKind]?: readonly ConformanceTest<K>[] }

/** The kinds whose components core defines. The family of a handler's stage brings the tests of handlers. */
const CORE_TESTS: ConformanceTests = {
  driver: DRIVER_TESTS,
  processor: PROCESSOR_TESTS,
  action: ACTION_TESTS,
  encoder: ENCODER_TESTS,
  transport: TRANSPORT_TESTS,
}

/** What a plugin of this kind must satisfy, in the order in which the suite checks it. */
export const testsOfKind = (kind: PluginKind, familyTests: ConformanceTests): readonly ConformanceTest[] => [
  ...TESTS_FOR_ALL,
  ...((CORE_TESTS[kind] ?? familyTests[kind] ?? []) as unknown as readonly ConformanceTest[]),
]

/** Rejects with a {@link ContractViolation}. Resolves to the reason if the test does not apply to the plugin, else to nothing. */
export async function checkPlugin(
  samples: SampleCatalog,
  conformanceTest: ConformanceTest,
  plugin: Plugin,
  setup: SuiteSetup,
): Promise<string | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'))
  try {
    return await conformanceTest.check(new PluginUnderTest(plugin, setup, folder, samples))
  } catch (error) {
    throw new ContractViolation(conformanceTest, plugin, error instanceof Error ? error.message : String(error), error)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
