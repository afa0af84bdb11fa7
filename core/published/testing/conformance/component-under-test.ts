// SPDX-License-Identifier: Apache-2.0
import type { Options, Plugin } from '../../../contract/plugin.js'
import type { TestHost } from '../host.js'
import type { PluginUnderTest } from './conformance-test.js'

/** A component of any kind: the functions that all kinds have in common. */
export interface ComponentUnderTest {
  readonly component: object
  readonly host: TestHost
  open(): Promise<void>
  close(): Promise<void>
  readonly check: (() => Promise<string | undefined>) | undefined
  readonly report: (() => Readonly<Record<string, unknown>>) | undefined
}

/** Creates a component as the program does. */
export function createComponent(subject: PluginUnderTest, options: Options = subject.options): ComponentUnderTest {
  const host = subject.host({
    inputType: inputTypeOf(subject),
    outputType: outputTypeOf(subject.plugin),
    ...formatOf(subject.plugin),
  })
  const component = createPlugin(subject, options, host)
  return {
    component,
    host,
    open: async () => component.open?.(),
    close: async () => component.close?.(),
    // `check` of an action takes the argument of a rule; it is no health check.
    check: subject.plugin.kind === 'action' || !component.check ? undefined : async () => component.check?.(),
    report: component.report && (() => component.report?.() ?? {}),
  }
}

/** Functions that components of every kind may have. */
interface LifeCycle {
  open?: (() => Promise<void>) | undefined
  close?: (() => Promise<void>) | undefined
  check?: (() => Promise<string | undefined>) | undefined
  report?: (() => Readonly<Record<string, unknown>>) | undefined
}

function createPlugin({ plugin, paths }: PluginUnderTest, options: Options, host: TestHost): LifeCycle {
  const component: object = plugin.kind === 'driver' ? plugin.create(options, paths, host) : plugin.create(options, host)
  return component
}

/** Handlers and actions name no channel type: they get records that have an adapter. */
function inputTypeOf({ plugin, samples }: PluginUnderTest): string | undefined {
  if ('accepts' in plugin) return plugin.accepts[0]
  if (plugin.kind !== 'handler' && plugin.kind !== 'action') return undefined
  return samples.channelTypes.find(type => samples.adapterFor(type))
}

const outputTypeOf = (plugin: Plugin): string | undefined => ('offers' in plugin ? plugin.offers[0] : undefined)

const formatOf = (plugin: Plugin): { readonly format?: string } => {
  const format = plugin.kind === 'transport' ? plugin.formats?.[0] : undefined
  return format === undefined ? {} : { format }
}
