// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { DriverPlugin, Plugin, PluginKind, ProcessorPlugin } from '../../contract/plugin.js'
import { ACTION_LAWS } from './laws/action.js'
import { DRIVER_LAWS } from './laws/driver.js'
import { ENCODER_LAWS } from './laws/encoder.js'
import { LAWS_FOR_ALL } from './laws/every-plugin.js'
import { HANDLER_LAWS } from './laws/handler.js'
import { BrokenLaw, type Circumstances, type Law, Subject } from './laws/law.js'
import { PROCESSOR_LAWS } from './laws/processor.js'
import { TRANSPORT_LAWS } from './laws/transport.js'

/** Each is asked about plugins of its kind alone. */
const LAWS_BY_KIND = {
  driver: DRIVER_LAWS,
  processor: PROCESSOR_LAWS,
  handler: HANDLER_LAWS,
  action: ACTION_LAWS,
  encoder: ENCODER_LAWS,
  transport: TRANSPORT_LAWS,
} as unknown as Readonly<Record<PluginKind, readonly Law[]>>

/** What every plugin of a kind must hold to, in the order in which the battery tries it. */
export const lawsFor = (kind: PluginKind): readonly Law[] => [...LAWS_FOR_ALL, ...LAWS_BY_KIND[kind]]

/** Makes a test of node:test of each law for plugins of this kind. A law that does not apply is skipped, with the reason. */
export function battery(plugin: Plugin, circumstances: Circumstances = {}): void {
  for (const law of lawsFor(plugin.kind))
    test(`${plugin.kind} "${plugin.name}": ${law.name}`, async t => {
      const reason = await tryLaw(law, plugin, circumstances)
      if (reason !== undefined) t.skip(reason)
    })
}

/**
 * Holds a processor or driver against the laws of draining, within one test: what it has taken it sends on, releases and
 * accounts for, and then it ends.
 */
export async function verifyDrain(plugin: ProcessorPlugin | DriverPlugin, circumstances: Circumstances = {}): Promise<void> {
  for (const law of lawsFor(plugin.kind)) if (law.isAboutDraining) await tryLaw(law, plugin, circumstances)
}

/** Holds a plugin against one law: rejects with a {@link BrokenLaw}, or resolves to the reason if the law does not apply. */
export async function tryLaw(law: Law, plugin: Plugin, circumstances: Circumstances = {}): Promise<string | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'law-'))
  try {
    return await law.check(new Subject(plugin, circumstances, folder))
  } catch (error) {
    throw new BrokenLaw(law, plugin, error instanceof Error ? error.message : String(error), error)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
