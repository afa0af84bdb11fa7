// SPDX-License-Identifier: Apache-2.0
import type { Transport } from '../contract/exporter.js'
import type { Components, ProcessorPlugin } from '../contract/plugin.js'
import { DiscardStage } from './discard-stage.js'
import { acceptedChannels, encoderFor, metaWriterFor } from './encoder-for.js'
import { Exporter } from './exporter.js'
import { exporterOptions, exporterSchema } from './exporter-options.js'
import { deliveryFor, type ExporterDependencies, transportPluginNamed } from './transport-for.js'

/** `overrideTransport`: the transport that replaces the target of a stage, by the name of the stage. */
export const exporterPlugin = (
  dependencies: ExporterDependencies,
  components: Components,
  overrideTransport?: (stage: string) => Transport,
): ProcessorPlugin => ({
  kind: 'processor',
  name: 'exporter',
  contract: 2,
  summary: 'Writes records and alerts to the terminal, to files or to servers, as JSON, ECS or OpenTelemetry logs.',
  get options() {
    return exporterSchema(components)
  },
  get accepts() {
    return acceptedChannels(components)
  },
  offers: [],
  isPartitionable: true,
  subcomponents(rawOptions) {
    const { format, transport } = exporterOptions(rawOptions, components, () => {})
    const encoders = components.all('encoder').filter(({ name }) => name === format)
    return [...encoders, ...components.all('transport').filter(({ name }) => name === transport)]
  },
  create(rawOptions, host) {
    const options = exporterOptions(rawOptions, components, fault => host.reportFault(fault, false))
    if (options.transport === 'null') return new DiscardStage()
    const context = { ...dependencies, components, host }
    const encoder = encoderFor(options, rawOptions, context)
    const metaWriter = metaWriterFor(options, rawOptions, context)
    const replacement = overrideTransport?.(host.stage)
    const { transport, settings: delivery } = replacement
      ? { transport: replacement, settings: { retry: options.retry } }
      : deliveryFor(options, rawOptions, context, encoder.framing)
    const batchPolicy = transportPluginNamed(options.transport, components).batching?.(rawOptions)
    const settings = {
      ...delivery,
      buffer: batchPolicy?.records ?? options.buffer,
      bufferBytes: batchPolicy?.bytes,
      flushAfter: batchPolicy?.milliseconds,
      writesAhead: !host.disabledOptimizations.has('write-ahead'),
    }
    const reportFault = (fault: Error, lostData: boolean): void => host.reportFault(fault, lostData)
    return new Exporter(encoder, transport, settings, reportFault, metaWriter)
  },
})
