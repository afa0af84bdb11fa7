// SPDX-License-Identifier: Apache-2.0
import { readdirSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import type { Plugin } from '../../../contract/plugin.js'
import { objectionsTo } from '../settings.js'
import { hold, type Law } from './law.js'
import { made } from './made.js'

/** Laws for plugins of every kind. */
export const LAWS_FOR_ALL: readonly Law[] = [
  {
    name: 'its name is a word of letters, digits, - and _',
    because: 'The name stands in pipeline files, in variables of the environment and in front of its settings.',
    check({ plugin }) {
      hold(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(plugin.name), `it is called "${plugin.name}"`)
      return undefined
    },
  },
  {
    name: 'it is written for this contract',
    because: 'The program refuses plugins that were written for another one.',
    check({ plugin }) {
      hold(plugin.contract === 1, `its contract is ${String(plugin.contract)}, and this program has 1`)
      return undefined
    },
  },
  {
    name: 'its summary is one line',
    because: 'It is shown in lists and on the reference page.',
    check({ plugin: { summary } }) {
      hold(summary.trim() !== '' && !summary.includes('\n'), summary === '' ? 'it is empty' : 'it has several lines or is blank')
      return undefined
    },
  },
  {
    name: 'its options are a schema that refuses unknown keys',
    because: 'A mistyped key must be told, never passed over.',
    check({ plugin: { options } }) {
      hold(options.type === 'object' && options.additionalProperties === false, 'additionalProperties is not false')
      const [flaw] = objectionsTo({ ...options, required: [] }, {})
      hold(flaw === undefined, flaw ?? '')
      return undefined
    },
  },
  {
    name: 'every setting is described',
    because: 'The reference page and the messages about a missing setting show the description.',
    check({ plugin: { options } }) {
      const silent = Object.keys(options.properties).find(key => (options.properties[key]?.description ?? '').trim() === '')
      hold(silent === undefined, `"${silent}" has no description`)
      return undefined
    },
  },
  {
    name: 'every default is a value that its setting may have',
    because: 'Writing a default into the pipeline file must not be refused.',
    check({ plugin: { options } }) {
      const given = Object.entries(options.properties).filter(([, option]) => option.default !== undefined)
      const defaults = Object.fromEntries(given.map(([key, option]) => [key, option.default]))
      const [objection] = objectionsTo({ ...options, required: [] }, defaults)
      hold(objection === undefined, objection ?? '')
      return undefined
    },
  },
  {
    name: 'every example is accepted by its schema',
    because: 'Examples are what readers copy.',
    check({ plugin }) {
      const { examples = [] } = plugin.options
      if (examples.length === 0) return 'there are no examples'
      for (const [index, example] of examples.entries()) {
        const [objection] = objectionsTo(plugin.options, ownSettings(plugin, example))
        hold(objection === undefined, `example ${index + 1}: ${objection}`)
      }
      return undefined
    },
  },
  {
    name: 'its settings begin with its name and a point',
    because: 'They stand in the section of the stage that uses it, beside those of others.',
    check({ plugin: { kind, name, options } }) {
      if (!isPart(kind)) return `settings of a ${kind} have a section of their own`
      const other = Object.keys(options.properties).find(key => !key.startsWith(`${name}.`))
      hold(other === undefined, `"${other}" should be "${name}.${other}"`)
      return undefined
    },
  },
  {
    name: 'create opens nothing',
    because: 'Pipelines are made to be looked at as well (-test, config); what must be opened is opened in open.',
    async check(subject) {
      const before = { open: process.getActiveResourcesInfo(), files: readdirSync(subject.folder) }
      const one = made(subject)
      const after = { open: process.getActiveResourcesInfo(), files: readdirSync(subject.folder) }
      const held = added(before.open, after.open)
      hold(held.length === 0, `it holds ${held.join(', ')}`)
      hold(isDeepStrictEqual(before.files, after.files), `it has made ${after.files.join(', ')}`)
      hold(one.host.printed === '', 'it has written to standard output')
      await one.close()
      return undefined
    },
  },
  {
    name: 'create makes a new one each time and leaves its options alone',
    because: 'Two stages may use the same plugin with the same options.',
    async check(subject) {
      const options = frozen(subject.options)
      const [one, other] = [made(subject, options), made(subject, options)]
      hold(one.component !== other.component, 'it has returned the same object twice')
      for (const each of [one, other]) await each.close()
      return undefined
    },
  },
  {
    name: 'it can be closed whether it was opened or not',
    because: 'When one part of a pipeline cannot start, all others are closed.',
    async check(subject) {
      await subject.soon(made(subject).close(), 'closing what was not opened')
      const opened = made(subject)
      await subject.soon(opened.open(), 'opening')
      await subject.soon(opened.close(), 'closing')
      return undefined
    },
  },
  {
    name: 'it can be closed twice',
    because: 'A run that fails while it is being closed is closed again.',
    async check(subject) {
      const { kind } = subject.plugin
      if (kind === 'handler' || kind === 'action' || kind === 'encoder') return `the stage closes a ${kind} once`
      const one = made(subject)
      await subject.soon(one.open(), 'opening')
      for (let time = 1; time <= 2; time++) await subject.soon(one.close(), `closing it, time ${time},`)
      return undefined
    },
  },
  {
    name: 'nothing of it stays open once it is closed',
    because: 'A timer, socket or watcher that is left keeps the program from ending.',
    async check(subject) {
      const before = process.getActiveResourcesInfo()
      const one = made(subject)
      await subject.soon(one.open(), 'opening')
      await subject.soon(one.close(), 'closing')
      const { patience = 10_000 } = subject.circumstances
      for (const end = Date.now() + patience; added(before, process.getActiveResourcesInfo()).length > 0 && Date.now() < end; )
        await new Promise(resolve => setImmediate(resolve))
      const left = added(before, process.getActiveResourcesInfo())
      hold(left.length === 0, `it still holds ${left.join(', ')}`)
      return undefined
    },
  },
  {
    name: 'its health is nothing or a text, told soon',
    because: 'Health checks run before every start and while the program serves.',
    async check(subject) {
      const one = made(subject)
      if (!one.check) return 'it has no check'
      await subject.soon(one.open(), 'opening')
      const health = await subject.soon(one.check(), 'check')
      await one.close()
      hold(health === undefined || (typeof health === 'string' && health !== ''), `it answers ${JSON.stringify(health)}`)
      return undefined
    },
  },
  {
    name: 'its report is plain JSON, whenever it is asked for',
    because: 'Reports are shown in the summary and served as metrics while the program runs.',
    async check(subject) {
      const one = made(subject)
      if (!one.report) return 'it has no report'
      const reports = [one.report()]
      await subject.soon(one.open(), 'opening')
      reports.push(one.report())
      await one.close()
      reports.push(one.report())
      for (const report of reports) {
        const copy: unknown = JSON.parse(jsonOf(report))
        hold(isDeepStrictEqual(copy, { ...report }), `${jsonOf(report)} is not what it reported`)
      }
      return undefined
    },
  },
]

/** An example is a whole section: some of its keys belong to the pipeline, or to the stage that a part stands in. */
const ownSettings = ({ kind, name }: Plugin, example: object): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(example).filter(([key]) => (isPart(kind) ? key.startsWith(`${name}.`) : !OF_THE_PIPELINE.has(key))),
  )

const OF_THE_PIPELINE = new Set(['driver', 'processor', 'name', 'in', 'out', 'path'])

const isPart = (kind: Plugin['kind']): boolean => kind !== 'driver' && kind !== 'processor'

/** Resources that were not there before, but for what the test runner itself comes and goes with. */
function added(before: readonly string[], after: readonly string[]): string[] {
  const rest = [...before]
  return after.filter(name => {
    if (PASSING.has(name)) return false
    const index = rest.indexOf(name)
    if (index >= 0) rest.splice(index, 1)
    return index < 0
  })
}

const PASSING = new Set(['Immediate', 'TTYWrap', 'PipeWrap', 'TickObject', 'CloseReq', 'MessagePort'])

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) frozen(inner)
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
