// SPDX-License-Identifier: Apache-2.0
import { readdirSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import type { Plugin } from '../../../contract/plugin.js'
import { validationErrors } from '../settings.js'
import { createComponent } from './component-under-test.js'
import { type ConformanceTest, ensure } from './conformance-test.js'

/** Laws for plugins of every kind. */
export const TESTS_FOR_ALL: readonly ConformanceTest[] = [
  {
    name: 'its name is a word of letters, digits, - and _',
    rationale: 'The name stands in pipeline files, in variables of the environment and in front of its settings.',
    check({ plugin }) {
      ensure(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(plugin.name), `it is called "${plugin.name}"`)
      return undefined
    },
  },
  {
    name: 'it is written for this contract',
    rationale: 'The program refuses plugins that were written for another one.',
    check({ plugin }) {
      ensure(plugin.contract === 1, `its contract is ${String(plugin.contract)}, and this program has 1`)
      return undefined
    },
  },
  {
    name: 'its summary is one line',
    rationale: 'It is shown in lists and on the reference page.',
    check({ plugin: { summary } }) {
      ensure(
        summary.trim() !== '' && !summary.includes('\n'),
        summary === '' ? 'it is empty' : 'it has several lines or is blank',
      )
      return undefined
    },
  },
  {
    name: 'its options are a schema that refuses unknown keys',
    rationale: 'A mistyped key must be told, never passed over.',
    check({ plugin: { options } }) {
      ensure(options.type === 'object' && options.additionalProperties === false, 'additionalProperties is not false')
      const [error] = validationErrors({ ...options, required: [] }, {})
      ensure(error === undefined, error ?? '')
      return undefined
    },
  },
  {
    name: 'every setting is described',
    rationale: 'The reference page and the messages about a missing setting show the description.',
    check({ plugin: { options } }) {
      const undescribed = Object.keys(options.properties).find(key => (options.properties[key]?.description ?? '').trim() === '')
      ensure(undescribed === undefined, `"${undescribed}" has no description`)
      return undefined
    },
  },
  {
    name: 'every default is a value that its setting may have',
    rationale: 'Writing a default into the pipeline file must not be refused.',
    check({ plugin: { options } }) {
      const withDefault = Object.entries(options.properties).filter(([, option]) => option.default !== undefined)
      const defaults = Object.fromEntries(withDefault.map(([key, option]) => [key, option.default]))
      const [error] = validationErrors({ ...options, required: [] }, defaults)
      ensure(error === undefined, error ?? '')
      return undefined
    },
  },
  {
    name: 'every example is accepted by its schema',
    rationale: 'Examples are what readers copy.',
    check({ plugin }) {
      const { examples = [] } = plugin.options
      if (examples.length === 0) return 'there are no examples'
      for (const [index, example] of examples.entries()) {
        const [error] = validationErrors(plugin.options, ownedSettings(plugin, example))
        ensure(error === undefined, `example ${index + 1}: ${error}`)
      }
      return undefined
    },
  },
  {
    name: 'its settings begin with its name and a point',
    rationale: 'They stand in the section of the stage that uses it, beside those of others.',
    check({ plugin: { kind, name, options } }) {
      if (!isSubcomponent(kind)) return `settings of a ${kind} have a section of their own`
      const other = Object.keys(options.properties).find(key => !key.startsWith(`${name}.`))
      ensure(other === undefined, `"${other}" should be "${name}.${other}"`)
      return undefined
    },
  },
  {
    name: 'create opens nothing',
    rationale: 'Pipelines are made to be looked at as well (-test, config); what must be opened is opened in open.',
    async check(subject) {
      const before = { open: process.getActiveResourcesInfo(), files: readdirSync(subject.folder) }
      const instance = createComponent(subject)
      const after = { open: process.getActiveResourcesInfo(), files: readdirSync(subject.folder) }
      const leftOpen = addedResources(before.open, after.open)
      ensure(leftOpen.length === 0, `it holds ${leftOpen.join(', ')}`)
      ensure(isDeepStrictEqual(before.files, after.files), `it has made ${after.files.join(', ')}`)
      ensure(instance.host.printed === '', 'it has written to standard output')
      await instance.close()
      return undefined
    },
  },
  {
    name: 'create makes a new one each time and leaves its options alone',
    rationale: 'Two stages may use the same plugin with the same options.',
    async check(subject) {
      const options = deepFreeze(subject.options)
      const [instance, other] = [createComponent(subject, options), createComponent(subject, options)]
      ensure(instance.component !== other.component, 'it has returned the same object twice')
      for (const each of [instance, other]) await each.close()
      return undefined
    },
  },
  {
    name: 'it can be closed whether it was opened or not',
    rationale: 'When one part of a pipeline cannot start, all others are closed.',
    async check(subject) {
      await subject.beforeTimeout(createComponent(subject).close(), 'closing what was not opened')
      const opened = createComponent(subject)
      await subject.beforeTimeout(opened.open(), 'opening')
      await subject.beforeTimeout(opened.close(), 'closing')
      return undefined
    },
  },
  {
    name: 'it can be closed twice',
    rationale: 'A run that fails while it is being closed is closed again.',
    async check(subject) {
      const { kind } = subject.plugin
      if (kind === 'handler' || kind === 'action' || kind === 'encoder') return `the stage closes a ${kind} once`
      const instance = createComponent(subject)
      await subject.beforeTimeout(instance.open(), 'opening')
      for (let time = 1; time <= 2; time++) await subject.beforeTimeout(instance.close(), `closing it, time ${time},`)
      return undefined
    },
  },
  {
    name: 'nothing of it stays open once it is closed',
    rationale: 'A timer, socket or watcher that is left keeps the program from ending.',
    async check(subject) {
      const before = process.getActiveResourcesInfo()
      const instance = createComponent(subject)
      await subject.beforeTimeout(instance.open(), 'opening')
      await subject.beforeTimeout(instance.close(), 'closing')
      const { timeout = 10_000 } = subject.setup
      for (
        const end = Date.now() + timeout;
        addedResources(before, process.getActiveResourcesInfo()).length > 0 && Date.now() < end;
      )
        await new Promise(resolve => setImmediate(resolve))
      const leftOpen = addedResources(before, process.getActiveResourcesInfo())
      ensure(leftOpen.length === 0, `it still holds ${leftOpen.join(', ')}`)
      return undefined
    },
  },
  {
    name: 'its health is nothing or a text, told soon',
    rationale: 'Health checks run before every start and while the program serves.',
    async check(subject) {
      const instance = createComponent(subject)
      if (!instance.check) return 'it has no check'
      await subject.beforeTimeout(instance.open(), 'opening')
      const health = await subject.beforeTimeout(instance.check(), 'check')
      await instance.close()
      ensure(health === undefined || (typeof health === 'string' && health !== ''), `it answers ${JSON.stringify(health)}`)
      return undefined
    },
  },
  {
    name: 'its report is plain JSON, whenever it is asked for',
    rationale: 'Reports are shown in the summary and served as metrics while the program runs.',
    async check(subject) {
      const instance = createComponent(subject)
      if (!instance.report) return 'it has no report'
      const reports = [instance.report()]
      await subject.beforeTimeout(instance.open(), 'opening')
      reports.push(instance.report())
      await instance.close()
      reports.push(instance.report())
      for (const report of reports) {
        const copy: unknown = JSON.parse(jsonOf(report))
        ensure(isDeepStrictEqual(copy, { ...report }), `${jsonOf(report)} is not what it reported`)
      }
      return undefined
    },
  },
]

/** An example is a whole section: some of its keys belong to the pipeline, or to the stage that a part stands in. */
const ownedSettings = ({ kind, name }: Plugin, example: object): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(example).filter(([key]) => (isSubcomponent(kind) ? key.startsWith(`${name}.`) : !PIPELINE_KEYS.has(key))),
  )

const PIPELINE_KEYS = new Set(['driver', 'processor', 'name', 'in', 'out', 'onError', 'path'])

const isSubcomponent = (kind: Plugin['kind']): boolean => kind !== 'driver' && kind !== 'processor'

/** Resources that were not there before, but for what the test runner itself comes and goes with. */
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
  if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) deepFreeze(member)
    Object.freeze(value)
  }
  return value
}

function jsonOf(report: unknown): string {
  try {
    return JSON.stringify(report)
  } catch (error) {
    throw new Error(`it cannot be written as JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
}
