// SPDX-License-Identifier: Apache-2.0
import type { Writable } from 'node:stream'
import type { Transport } from '../contract/exporter.js'
import type { Components, Options, Screen, TransportPlugin } from '../contract/plugin.js'
import type { Host } from '../contract/stage.js'
import { Fault } from '../errors/fault.js'
import type { Limits } from '../spool/segment.js'
import { ContainedTransport } from './contained-transport.js'
import { type Durable, durable, readAtOnce } from './durable.js'
import { made } from './made.js'
import { type ExporterOptions, exporterOptions } from './options.js'
import type { Retry } from './pauses.js'
import { withSecrets } from './secrets.js'

/** What an exporter needs from the program it runs in. */
export interface ExporterSurroundings {
  /** Where the terminal transport writes: the process's standard output. */
  readonly terminal: Writable
  /** What that is to whoever looks at it. */
  readonly screen?: Screen | undefined
  /** Version of the product, for ECS output. */
  readonly version: string
}

/** Where a stage stands: the program, its components, what the pipeline gave it. */
export interface Within extends ExporterSurroundings {
  readonly components: Components
  readonly host: Host
}

/** The target of an exporter alone, for records that were encoded before and kept in a folder. */
export interface Target {
  readonly transport: Transport
  readonly retry: Retry
  readonly atOnce: Limits
}

export function targetOf(given: Options, within: Within): Target {
  const { components, host } = within
  const options = exporterOptions(given, components, () => {})
  if (options.transport === 'null') throw new Fault('SFP_SPOOL_STAGE', { stage: host.stage })
  const atOnce = readAtOnce(transportNamed(options.transport, components).gathers?.(given))
  return { transport: makerOf(options, given, within)(), retry: options.retry, atOnce }
}

/** The transport with the spool that may stand before it, and what happens to records that it does not take. */
export function deliveryOf(options: ExporterOptions, given: Options, within: Within): Durable {
  const wanted = transportNamed(options.transport, within.components).gathers?.(given)
  return durable(makerOf(options, given, within), wanted, given, options.retry, within.host)
}

export function transportNamed(name: string, components: Components): TransportPlugin {
  const plugin = components.all('transport').find(known => known.name === name)
  if (!plugin) throw new Error(`no transport is called ${name}`)
  return plugin
}

/** Makes a transport each time that it is called. What the options allow and should not is told once. */
function makerOf(
  { transport: name, format }: ExporterOptions,
  given: Options,
  { components, host, terminal, version }: Within,
): () => Transport {
  const plugin = transportNamed(name, components)
  if (plugin.formats && !plugin.formats.includes(format))
    throw new Fault('SFP_EXPORT_PAIR', { transport: name, format, known: plugin.formats.join(', ') })
  const whole = withSecrets(given, plugin)
  for (const fault of plugin.warnings?.(whole) ?? []) host.fault(fault, false)
  const report = (fault: Error, lostData: boolean): void => host.fault(fault, lostData)
  return () => {
    const transport = made(plugin, ['open', 'send', 'close'], () => plugin.create(whole, { ...host, terminal, version, format }))
    return new ContainedTransport(name, transport, report)
  }
}
