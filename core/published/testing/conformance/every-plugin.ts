// SPDX-License-Identifier: Apache-2.0

import { readdirSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { isObjectOrList } from '../../../contract/objects.js'
import { CONTRACT_VERSION, type Plugin } from '../../../contract/plugin.js'
import { validationErrors } from '../settings.js'
import { createComponent } from './component-under-test.js'
import { type ConformanceTest, ensure } from './conformance-test.js'

/** Conformance tests for plugins of every kind. */
export const TESTS_FOR_ALL: readonly ConformanceTest[] = [
  {
    name: 'the name is a letter followed by letters, digits, - and _',
    rationale: 'The name is used in pipeline files, in environment variables and as the prefix of option names.',
    check({ plugin }) {
      ensure(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(plugin.name), `the name is "${plugin.name}"`)
      return undefined
    },
  },
  {
    name: 'the contract version is the one that the program supports',
    rationale: 'The program refuses plugins of another contract version.',
    check({ plugin }) {
      ensure(plugin.contract === CONTRACT_VERSION, `the version is ${String(plugin.contract)} instead of ${CONTRACT_VERSION}`)
      return undefined
    },
  },
  {
    name: 'the summary is one line of text',
    rationale: 'Lists and the reference page show it.',
    check({ plugin: { summary } }) {
      ensure(
        summary.trim() !== '' && !summary.includes('\n'),
        summary.trim() === '' ? 'the summary is empty' : 'the summary has several lines',
      )
      return undefined
    },
  },
  {
    name: 'the options schema rejects unknown keys',
    rationale: 'A mistyped key must cause an error.',
    check({ plugin: { options } }) {
      ensure(options.type === 'object' && options.additionalProperties === false, 'additionalProperties is not false')
      const [error] = validationErrors({ ...options, required: [] }, {})
      ensure(error === undefined, error ?? '')
      return undefined
    },
  },
  {
    name: 'every option has a description',
    rationale: 'The reference page and error messages show it.',
    check({ plugin: { options } }) {
      const undescribed = Object.keys(options.properties).find(key => (options.properties[key]?.description ?? '').trim() === '')
      ensure(undescribed === undefined, `"${undescribed}" has no description`)
      return undefined
    },
  },
  {
    name: 'every default is a valid value of its option',
    rationale: 'A default that is written into the pipeline file must be accepted.',
    check({ plugin: { options } }) {
      const withDefault = Object.entries(options.properties).filter(([, option]) => option.default !== undefined)
      const defaults = Object.fromEntries(withDefault.map(([key, option]) => [key, option.default]))
      const [error] = validationErrors({ ...options, required: [] }, defaults)
      ensure(error === undefined, error ?? '')
      return undefined
    },
  },
  {
    name: 'every example is valid',
    rationale: 'Readers copy examples.',
    check({ plugin }) {
      const { examples = [] } = plugin.options
      if (examples.length === 0) return 'the schema has no examples'
      for (const [index, example] of examples.entries()) {
        const [error] = validationErrors(plugin.options, ownedSettings(plugin, example))
        ensure(error === undefined, `example ${index + 1}: ${error}`)
      }
      return undefined
    },
  },
  {
    name: 'option names start with the name of the plugin and a dot',
    rationale: 'The options are part of the section of a stage, next to those of other plugins.',
    check({ plugin: { kind, name, options } }) {
      if (!isSubcomponent(kind)) return `the options of a ${kind} have their own section`
      const other = Object.keys(options.properties).find(key => !key.startsWith(`${name}.`))
      ensure(other === undefined, `"${other}" should be "${name}.${other}"`)
      return undefined
    },
  },
  {
    name: 'create opens no resources',
    rationale: 'Pipelines are also created for validation (-test, config). Open files and connections in open.',
    async check(subject) {
      const before = { open: process.getActiveResourcesInfo(), files: readdirSync(subject.folder) }
      const instance = createComponent(subject)
      const after = { open: process.getActiveResourcesInfo(), files: readdirSync(subject.folder) }
      const leftOpen = addedResources(before.open, after.open)
      ensure(leftOpen.length === 0, `open resources: ${leftOpen.join(', ')}`)
      ensure(isDeepStrictEqual(before.files, after.files), `files created: ${after.files.join(', ')}`)
      ensure(instance.host.printed === '', 'create wrote to standard output')
      await instance.close()
      return undefined
    },
  },
  {
    name: 'create returns a new object each time and does not change its options',
    rationale: 'Several stages can use the same plugin with the same options.',
    async check(subject) {
      const options = deepFreeze(subject.options)
      const [instance, other] = [createComponent(subject, options), createComponent(subject, options)]
      ensure(instance.component !== other.component, 'create returned the same object twice')
      for (const each of [instance, other]) await each.close()
      return undefined
    },
  },
  {
    name: 'close works with and without open before it',
    rationale: 'If one component of a pipeline fails to start, all others are closed.',
    async check(subject) {
      await subject.beforeTimeout(createComponent(subject).close(), 'close without open')
      const opened = createComponent(subject)
      await subject.beforeTimeout(opened.open(), 'open')
      await subject.beforeTimeout(opened.close(), 'close')
      return undefined
    },
  },
  {
    name: 'close can be called twice',
    rationale: 'A component is closed again if closing the pipeline fails.',
    async check(subject) {
      const { kind } = subject.plugin
      if (kind === 'handler' || kind === 'action' || kind === 'encoder')
        return `a stage closes ${kind === 'handler' ? 'a' : 'an'} ${kind} only once`
      const instance = createComponent(subject)
      await subject.beforeTimeout(instance.open(), 'open')
      for (let time = 1; time <= 2; time++) await subject.beforeTimeout(instance.close(), `close, call ${time},`)
      return undefined
    },
  },
  {
    name: 'close frees every resource',
    rationale: 'A timer, socket or file watcher that stays open keeps the program running.',
    async check(subject) {
      const before = process.getActiveResourcesInfo()
      const instance = createComponent(subject)
      await subject.beforeTimeout(instance.open(), 'open')
      await subject.beforeTimeout(instance.close(), 'close')
      const { timeout = 10_000 } = subject.setup
      for (
        const end = Date.now() + timeout;
        addedResources(before, process.getActiveResourcesInfo()).length > 0 && Date.now() < end;
      )
        await new Promise(resolve => setImmediate(resolve))
      const leftOpen = addedResources(before, process.getActiveResourcesInfo())
      ensure(leftOpen.length === 0, `still open: ${leftOpen.join(', ')}`)
      return undefined
    },
  },
  {
    name: 'check resolves soon, to undefined or a string',
    rationale: 'Health checks run before every start and while the program runs.',
    async check(subject) {
      const instance = createComponent(subject)
      if (!instance.check) return 'the component has no check'
      await subject.beforeTimeout(instance.open(), 'open')
      const health = await subject.beforeTimeout(instance.check(), 'check')
      await instance.close()
      ensure(health === undefined || (typeof health === 'string' && health !== ''), `check resolved to ${JSON.stringify(health)}`)
      return undefined
    },
  },
  {
    name: 'report returns plain JSON at any time',
    rationale: 'Reports are shown in the summary and served as metrics while the program runs.',
    async check(subject) {
      const instance = createComponent(subject)
      if (!instance.report) return 'the component has no report'
      const reports = [instance.report()]
      await subject.beforeTimeout(instance.open(), 'open')
      reports.push(instance.report())
      await instance.close()
      reports.push(instance.report())
      for (const report of reports) {
        const copy: unknown = JSON.parse(jsonOf(report))
        ensure(isDeepStrictEqual(copy, { ...report }), `as JSON, the report is ${jsonOf(report)}, which is not equal to it`)
      }
      return undefined
    },
  },
]

/** The plugin's own settings in an example. An example is a whole section: other keys belong to the pipeline or to the stage. */
const ownedSettings = ({ kind, name }: Plugin, example: object): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(example).filter(([key]) => (isSubcomponent(kind) ? key.startsWith(`${name}.`) : !PIPELINE_KEYS.has(key))),
  )

const PIPELINE_KEYS = new Set(['driver', 'processor', 'name', 'in', 'out', 'onError', 'path'])

const isSubcomponent = (kind: Plugin['kind']): boolean => kind !== 'driver' && kind !== 'processor'

/** Resources opened since `before`, without the short-lived ones of the test runner. */
function addedResources(before: readonly string[], after: readonly string[]): string[] {
  const remaining = [...before]
  return after.filter(name => {
    if (TRANSIENT_RESOURCES.has(name)) return false
    const index = remaining.indexOf(name)
    if (index >= 0) remaining.splice(index, 1)
    return index < 0
  })
}

const TRANSIENT_RESOURCES = new Set(['Immediate', 'TTYWrap', 'PipeWrap', 'TickObject', 'CloseReq', 'MessagePort'])

function deepFreeze<T>(value: T): T {
  if (isObjectOrList(value)) {
    for (const member of Object.values(value)) deepFreeze(member)
    Object.freeze(value)
  }
  return value
}

function jsonOf(report: unknown): string {
  try {
    return JSON.stringify(report)
  } catch (error) {
    throw new Error(`the report cannot be written as JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
}
