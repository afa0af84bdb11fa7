// SPDX-License-Identifier: Apache-2.0
import { Writable } from 'node:stream'
import type { Plugin } from '../../core/contract/plugin.js'
import { Validator } from '../config/options/validate.js'
import { parseSettings } from '../config/pipeline-file/parse-settings.js'
import { builtInRegistry } from '../loader/built-in.js'
import { planPipeline } from '../pipeline/plan.js'
import type { Wiring } from '../pipeline/wiring.js'

interface WiringOptions {
  readonly paths?: readonly string[]
  /** Plugins in addition to the built-in ones. */
  readonly plugins?: readonly Plugin[]
}

/** The wiring of a pipeline, given as the text of its file. */
export async function wiringOf(pipelineFile: string, { paths = [], plugins = [] }: WiringOptions = {}): Promise<Wiring> {
  const registry = await builtInRegistry({ stdout: new Writable(), version: '' })
  for (const plugin of plugins) registry.add(plugin)
  const context = { validator: new Validator(), globals: {}, directories: ['.'], currentDirectory: '.' }
  return planPipeline(parseSettings(pipelineFile, 'p.json'), registry, { driver: undefined, paths }, context)
}

/** SysFlow through the policy engine to nowhere. */
export const SYSFLOW_PIPELINE = `{ "pipeline": [
  { "processor": "sysflowreader", "in": "sysflow sysflowchan", "out": "flat flattenerchan" },
  { "processor": "policyengine", "in": "flat flattenerchan", "out": "events eventchan" },
  { "processor": "exporter", "in": "events eventchan", "export": "null" } ] }`
