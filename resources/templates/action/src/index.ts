// SPDX-License-Identifier: Apache-2.0
import { type ActionPlugin, pluginError } from 'sfprocessor/plugin'

/** Adds a tag and a field to alerts. Rules list it under `actions` as `sample:ATTRIBUTE`. */
export const plugin: ActionPlugin = {
  kind: 'action',
  name: 'sample',
  contract: 2,
  summary: 'tags an alert with the value of an attribute',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      'sample.prefix': { type: 'string', default: 'seen', description: 'Text before the value, followed by a colon.' },
    },
    examples: [{ 'sample.prefix': 'program' }],
  },
  isPartitionable: true,
  create(options) {
    let tagged = 0
    return {
      check(argument) {
        if (argument !== '' && !/^[\w.]+$/.test(argument))
          throw pluginError(`"${argument}" is not an attribute name`, { hint: 'write for example sample:sf.proc.exe' })
      },
      // Must return at once, because the batch waits for it.
      run({ record, rule, argument, addTag, addField }) {
        addTag(`${options['sample.prefix']}:${record.text(argument || 'sf.proc.name')}`)
        addField('sample.rule', rule.name)
        tagged++
      },
      report: () => ({ tagged }),
    }
  },
}
