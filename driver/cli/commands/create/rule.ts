// SPDX-License-Identifier: Apache-2.0

import { rmSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { stringify } from 'yaml'
import type { CommandInvocation } from '../../../../core/contract/command.js'
import { PRIORITIES } from '../../../../core/contract/evaluated-batch.js'
import { formatFaults } from '../../../../core/errors/format-fault.js'
import { loadPolicyText } from '../../../../core/policy/language/load.js'
import { SYSFLOW_ATTRIBUTES } from '../../../../plugins/sysflow/attributes/attributes.js'
import { SYSFLOW_ADAPTER } from '../../../../plugins/sysflow/attributes/sysflow-adapter.js'
import { EXIT, type ExitCode } from '../../../exit-codes.js'
import type { ProcessContext } from '../../../process/process-context.js'
import { refuseExisting, writeNewFile } from './new-file.js'
import { QuestionPrompter, type SetupQuestion, type Terminal, terminalOf } from './questions.js'

/** Writes a rule and the scenarios that are to prove it. Throws what is wrong with its condition, each at its place. */
export async function createRule(
  { arguments: [givenName], options }: CommandInvocation,
  context: ProcessContext,
  terminal: Terminal | undefined = terminalOf(context, options.yes === true),
): Promise<ExitCode> {
  const questions = new QuestionPrompter(terminal)
  try {
    const name = await questions.answer({ label: 'name of the rule', flag: 'NAME', validate: nameError }, givenName)
    const folder = resolve(context.directory, typeof options.dir === 'string' ? options.dir : '.')
    const [ruleFile, scenarioFile] = [join(folder, `${slug(name)}.yaml`), join(folder, 'tests', `${slug(name)}.yaml`)]
    for (const path of [ruleFile, scenarioFile]) refuseExisting(path, '--dir')
    const text = stringify([await askForRule(name, questions, options, terminal !== undefined)], { lineWidth: 0 })
    compile(text, relative(context.directory, ruleFile))
    await writeNewFile(ruleFile, text, '--dir', NO_CHECK)
    try {
      await writeNewFile(scenarioFile, scenarioText(name), '--dir', NO_CHECK)
    } catch (error) {
      rmSync(ruleFile, { force: true })
      throw error
    }
    context.stdout.write(nextSteps(relative(context.directory, ruleFile), relative(context.directory, scenarioFile)))
    return EXIT.ok
  } finally {
    questions.close()
  }
}

async function askForRule(
  name: string,
  questions: QuestionPrompter,
  options: CommandInvocation['options'],
  isInteractive: boolean,
): Promise<object> {
  const ask = async (key: string, question: Omit<SetupQuestion, 'flag'>): Promise<string> => {
    const given = options[key]
    return questions.answer({ ...question, flag: `--${key}` }, typeof given === 'string' ? given : undefined)
  }
  // With nobody to ask again, what is wrong is told at its place in the file.
  const condition = await ask('condition', { label: 'condition', ...(isInteractive && { validate: conditionError }) })
  const desc = await ask('desc', { label: 'description', default: name })
  const priority = await ask('priority', { label: 'priority', choices: PRIORITIES, default: 'warning' })
  const tags = listOf(await ask('tags', { label: 'tags, with commas between', default: NONE }))
  const types = { label: 'record types that it is about, with commas between', default: NONE, validate: recordTypesError }
  const prefilter = listOf(await ask('prefilter', types))
  return { rule: name, desc, condition, priority, ...(tags.length > 0 && { tags }), ...(prefilter.length > 0 && { prefilter }) }
}

/** Stands for an empty list in answers. */
const NONE = 'none'
const NO_CHECK = async (): Promise<void> => {}

const listOf = (answer: string): string[] =>
  answer === NONE
    ? []
    : answer
        .split(',')
        .map(item => item.trim())
        .filter(item => item !== '')

/** Throws what is wrong with a rule file. */
function compile(text: string, file: string): void {
  loadPolicyText(text, SYSFLOW_ATTRIBUTES, SYSFLOW_ADAPTER.recordTypes, file)
}

function conditionError(condition: string): string | undefined {
  try {
    compile(stringify([{ rule: 'r', desc: 'd', condition }], { lineWidth: 0 }), 'condition')
    return undefined
  } catch (error) {
    return formatFaults(error)
  }
}

function recordTypesError(answer: string): string | undefined {
  const wrong = listOf(answer).find(type => !SYSFLOW_ADAPTER.recordTypes.includes(type))
  return wrong === undefined ? undefined : `${wrong} is no record type: they are ${SYSFLOW_ADAPTER.recordTypes.join(', ')}`
}

const nameError = (name: string): string | undefined =>
  slug(name) === '' ? 'there must be a letter or a digit in it, for the name of its file' : undefined

/** As the tests of the shipped rules are named. */
const slug = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')

const scenarioText = (name: string): string => `${stringify({ about: name })}processes:
  shell: { exe: /bin/bash, args: -l, tty: yes }
variants:
  fires:
    # What the rule is to find. The verbs: sfprocessor schema scenario, docs/scenarios.md
    - { by: shell, spawn: program, exe: /usr/bin/id }
  near miss (what is different):
    # What it must not take for that.
    - { by: shell, read: /etc/hostname, received: 10 }
`

const nextSteps = (rule: string, scenario: string): string =>
  [
    `The rule stands in ${rule}, its scenarios in ${scenario}. Next: let the scenario "fires" do what the rule is to find, and`,
    `  sfprocessor simulate ${scenario} --variant fires -o fires.sf`,
    `  POLICYENGINE_POLICIES=${rule} sfprocessor fires.sf`,
    '  docs/writing-rules.md says how rules are written',
    '',
  ].join('\n')
