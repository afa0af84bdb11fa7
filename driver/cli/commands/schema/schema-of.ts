// SPDX-License-Identifier: Apache-2.0

import type { JsonSchema } from '../../../../core/contract/json-schema.js'
import type { Components } from '../../../../core/contract/plugin.js'
import { builtInRegistry, FAMILIES } from '../../../loader/built-in.js'
import { prepareToInspect } from '../../../pipeline/prepare.js'
import { packageVersion } from '../../../process/package.js'
import type { ProcessContext } from '../../../process/process-context.js'
import { runSettings } from '../../run-options.js'
import { pipelineSchema } from './pipeline-schema.js'
import { recordTypesOf, rulesSchema } from './rules-schema.js'

/** The schema of one kind of files; those of pipelines and rules include the plugins of `config`. */
export async function schemaOf(kind: string, config: string | undefined, context: ProcessContext): Promise<JsonSchema> {
  switch (kind) {
    case 'pipeline':
      return pipelineSchema(await componentsOf(config, context))
    case 'rules':
      return rulesSchema(recordTypesOf((await componentsOf(config, context)).adapters))
    default: {
      const found = FAMILIES.flatMap(({ schemas = [] }) => schemas).find(schema => schema.kind === kind)
      if (!found) throw new TypeError(`${kind} is not a valid choice`)
      return found.schema()
    }
  }
}

async function componentsOf(config: string | undefined, context: ProcessContext): Promise<Components> {
  if (config === undefined) return await builtInRegistry({ stdout: context.stdout, version: packageVersion() })
  return (await prepareToInspect(runSettings({ config, test: true }), context)).wiring.components
}
