// SPDX-License-Identifier: Apache-2.0

import { rmSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { stringify } from 'yaml'
import type { Batch } from '../../../../core/contract/batch.js'
import type { CommandInvocation } from '../../../../core/contract/command.js'
import { PRIORITIES } from '../../../../core/contract/evaluated-batch.js'
import type { RuleTestTemplate } from '../../../../core/contract/family.js'
import type { RecordAdapter } from '../../../../core/contract/record-adapter.js'
import { Fault } from '../../../../core/errors/fault.js'
import { formatFaults } from '../../../../core/errors/format-fault.js'
import { nearest } from '../../../../core/errors/nearest.js'
import { loadPolicyText } from '../../../../core/policy/language/load.js'
import { EXIT, type ExitCode } from '../../../exit-codes.js'
import { builtInAdapters, FAMILIES } from '../../../loader/built-in.js'
import { prepareToInspect } from '../../../pipeline/prepare.js'
import type { ProcessContext } from '../../../process/process-context.js'
import { runSettings } from '../../run-options.js'
import { refuseExisting, writeNewFile } from './new-file.js'
import { QuestionPrompter, type SetupQuestion, type Terminal, terminalOf } from './questions.js'

/** Writes a rule and, if its family has them, test records for it. Throws the errors of its condition with their positions. */
export async function createRule(
  { arguments: [givenName], options }: CommandInvocation,
  context: ProcessContext,
  terminal: Terminal | undefined = terminalOf(context, options.yes === true),
): Promise<ExitCode> {
  const questions = new QuestionPrompter(terminal)
  try {
    const name = await questions.answer({ label: 'name of the rule', flag: 'NAME', validate: nameError }, givenName)
    const folder = resolve(context.directory, typeof options.dir === 'string' ? options.dir : '.')
    const adapter = await adapterFor(options, context)
    const tests = FAMILIES.flatMap(({ ruleTests = [] }) => ruleTests).find(({ channel }) => channel === adapter.channel)
    const [ruleFile, testFile] = [join(folder, `${slug(name)}.yaml`), join(folder, 'tests', `${slug(name)}.yaml`)]
    for (const path of tests ? [ruleFile, testFile] : [ruleFile]) refuseExisting(path, '--dir')
    const text = stringify([await askForRule(name, questions, options, adapter, terminal !== undefined)], { lineWidth: 0 })
    compile(text, adapter, relative(context.directory, ruleFile))
    await writeNewFile(ruleFile, text, '--dir', NO_CHECK)
    try {
      if (tests) await writeNewFile(testFile, await tests.text(name), '--dir', NO_CHECK)
    } catch (error) {
      rmSync(ruleFile, { force: true })
      throw error
    }
    context.stdout.write(nextSteps(relative(context.directory, ruleFile), relative(context.directory, testFile), tests))
    return EXIT.ok
  } finally {
    questions.close()
  }
}

async function askForRule(
  name: string,
  questions: QuestionPrompter,
  options: CommandInvocation['options'],
  adapter: RecordAdapter<Batch>,
  isInteractive: boolean,
): Promise<object> {
  const ask = async (key: string, question: Omit<SetupQuestion, 'flag'>): Promise<string> => {
    const given = options[key]
    return questions.answer({ ...question, flag: `--${key}` }, typeof given === 'string' ? given : undefined)
  }
  // Without a terminal there is no second attempt, so errors are reported with their position in the file.
  const condition = await ask('condition', {
    label: 'condition',
    ...(isInteractive && { validate: (answer: string) => conditionError(answer, adapter) }),
  })
  const desc = await ask('desc', { label: 'description', default: name })
  const priority = await ask('priority', { label: 'priority', choices: PRIORITIES, default: 'warning' })
  const tags = listOf(await ask('tags', { label: 'tags, separated by commas', default: NONE }))
  const { recordTypes } = adapter
  const types = {
    label: 'record types of the rule, separated by commas',
    default: NONE,
    validate: (answer: string) => recordTypesError(answer, recordTypes),
  }
  const prefilter = recordTypes.length === 0 && options.prefilter === undefined ? [] : listOf(await ask('prefilter', types))
  return { rule: name, desc, condition, priority, ...(tags.length > 0 && { tags }), ...(prefilter.length > 0 && { prefilter }) }
}

/** The answer for an empty list. */
const NONE = 'none'
const NO_CHECK = async (): Promise<void> => {}

const listOf = (answer: string): string[] =>
  answer === NONE
    ? []
    : answer
        .split(',')
        .map(item => item.trim())
        .filter(item => item !== '')

/** Throws the errors of a rule file. */
function compile(text: string, { attributes, recordTypes }: RecordAdapter<Batch>, file: string): void {
  loadPolicyText(text, attributes, recordTypes, file)
}

/** The adapter of the rule's records: that of `--type`, else that of the first family. Throws a fault for an unknown type. */
async function adapterFor(options: CommandInvocation['options'], context: ProcessContext): Promise<RecordAdapter<Batch>> {
  const adapters = await knownAdapters(options, context)
  const type = typeof options.type === 'string' ? options.type : adapters[0]?.channel
  const adapter = adapters.find(({ channel, evaluatedChannel }) => channel === type || evaluatedChannel === type)
  if (adapter) return adapter
  const known = adapters.map(({ channel }) => channel)
  throw new Fault('SFP_CREATE_CHANNEL_TYPE', {
    type: type ?? '',
    nearest: nearest(type ?? '', known) ?? '',
    known: known.join(', '),
  })
}

/** The adapters of all families; with `--config`, also those of the plugins of this pipeline. */
async function knownAdapters(
  { config }: CommandInvocation['options'],
  context: ProcessContext,
): Promise<readonly RecordAdapter<Batch>[]> {
  if (typeof config !== 'string') return builtInAdapters()
  return (await prepareToInspect(runSettings({ config, test: true }), context)).plugins.adapters
}

function conditionError(condition: string, adapter: RecordAdapter<Batch>): string | undefined {
  try {
    compile(stringify([{ rule: 'r', desc: 'd', condition }], { lineWidth: 0 }), adapter, 'condition')
    return undefined
  } catch (error) {
    return formatFaults(error)
  }
}

function recordTypesError(answer: string, recordTypes: readonly string[]): string | undefined {
  const wrong = listOf(answer).find(type => !recordTypes.includes(type))
  if (wrong === undefined) return undefined
  if (recordTypes.length === 0) return `${wrong} is not a record type: these records have no types`
  return `${wrong} is not a record type. Known: ${recordTypes.join(', ')}`
}

const nameError = (name: string): string | undefined =>
  slug(name) === '' ? 'it must contain a letter or a digit, for the file name' : undefined

/** The naming scheme of the tests of the shipped rules. */
const slug = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')

/** The next steps for the user. Without a template there is no file for test records. */
const nextSteps = (ruleFile: string, testFile: string, tests: RuleTestTemplate | undefined): string =>
  [
    ...(tests?.nextSteps(ruleFile, testFile) ?? [
      `Created ${ruleFile} (the rule). Next: use it in a pipeline and validate both`,
      `  POLICYENGINE_POLICIES=${ruleFile} sfprocessor -config pipeline.json -test`,
    ]),
    '  See docs/writing-rules.md',
    '',
  ].join('\n')
