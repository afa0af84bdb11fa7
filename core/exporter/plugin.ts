// SPDX-License-Identifier: Apache-2.0
import type { Transport } from '../contract/exporter.js'
import type { Components, ProcessorPlugin } from '../contract/plugin.js'
import { Discard } from './discard.js'
import { acceptedChannels, encoderFor } from './encoder-for.js'
import { Exporter } from './exporter.js'
import { exporterOptions, exporterSchema } from './options.js'
import { deliveryOf, type ExporterSurroundings, transportNamed } from './target.js'

/** `divert`: where the pages of a stage go instead of to its target, by the name of the stage. */
export const exporterPlugin = (
  surroundings: ExporterSurroundings,
  components: Components,
  divert?: (stage: string) => Transport,
): ProcessorPlugin => ({
  kind: 'processor',
  name: 'exporter',
  contract: 1,
  summary:
    'Writes records and alerts to the terminal, to files or to servers: as JSON, in the Elastic Common Schema or as OpenTelemetry logs.',
  get options() {
    return exporterSchema(components)
  },
  get accepts() {
    return acceptedChannels(components)
  },
  offers: [],
  perTrace: true,
  parts(given) {
    const { format, transport } = exporterOptions(given, components, () => {})
    const encoders = components.all('encoder').filter(({ name }) => name === format)
    return [...encoders, ...components.all('transport').filter(({ name }) => name === transport)]
  },
  create(given, host) {
    const options = exporterOptions(given, components, fault => host.fault(fault, false))
    if (options.transport === 'null') return new Discard()
    const within = { ...surroundings, components, host }
    const encoder = encoderFor(options, given, within)
    const diverted = divert?.(host.stage)
    const { transport, settings: delivery } = diverted
      ? { transport: diverted, settings: { retry: options.retry } }
      : deliveryOf(options, given, within)
    const wanted = transportNamed(options.transport, components).gathers?.(given)
    const settings = {
      ...delivery,
      buffer: wanted?.records ?? options.buffer,
      collectedBytes: wanted?.bytes,
      flushAfter: wanted?.milliseconds,
      writesAhead: !host.without.has('write-ahead'),
    }
    return new Exporter(encoder, transport, settings, (fault, lostData) => host.fault(fault, lostData))
  },
})
