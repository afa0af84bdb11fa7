// SPDX-License-Identifier: Apache-2.0

import { existsSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import type { CommandInvocation } from '../../../../core/contract/command.js'
import { NONE_DISABLED, silentLogger } from '../../../../core/contract/host.js'
import { type Fault, Faults } from '../../../../core/errors/fault.js'
import { EXIT, type ExitCode } from '../../../exit-codes.js'
import { builtInRegistry } from '../../../loader/built-in.js'
import { collectFaults } from '../../../pipeline/build.js'
import { prepareToInspect } from '../../../pipeline/prepare.js'
import { programRoot } from '../../../process/package.js'
import type { ProcessContext } from '../../../process/process-context.js'
import { runSettings } from '../../run-options.js'
import { refuseExisting, writeNewFile } from './new-file.js'
import { INPUTS, type InputName, isOtel, NONE, type PipelineAnswers, pipelineOf, targetQuestion } from './pipeline-parts.js'
import { QuestionPrompter, type SetupQuestion, type Terminal, terminalOf } from './questions.js'

/** Writes or prints a valid pipeline file. Throws a fault if it fails; no file is left behind then. */
export async function createPipeline(
  { options }: CommandInvocation,
  context: ProcessContext,
  terminal: Terminal | undefined = terminalOf(context, options.yes === true),
): Promise<ExitCode> {
  const questions = new QuestionPrompter(terminal)
  try {
    const output = typeof options.output === 'string' ? options.output : 'pipeline.json'
    const path = resolve(context.directory, output)
    if (output !== '-') refuseExisting(path, '-o')
    const answers = await askQuestions(questions, options, context)
    const folder = output === '-' ? context.directory : resolve(path, '..')
    const schema = relative(folder, join(programRoot(), 'resources', 'schemas', 'pipeline.schema.json'))
    const text = `${JSON.stringify(pipelineOf(answers, schema), null, 2)}\n`
    if (output === '-') {
      context.stdout.write(text)
      return EXIT.ok
    }
    await writeNewFile(path, text, '-o', draft => checkPipeline(draft, answers, context))
    context.stdout.write(nextSteps(answers, relative(context.directory, path)))
    return EXIT.ok
  } finally {
    questions.close()
  }
}

async function askQuestions(
  questions: QuestionPrompter,
  options: CommandInvocation['options'],
  context: ProcessContext,
): Promise<PipelineAnswers> {
  const given = (name: string): string | undefined => (typeof options[name] === 'string' ? options[name] : undefined)
  const ask = (question: SetupQuestion, name: string): Promise<string> => questions.answer(question, given(name))
  const registry = await builtInRegistry({ stdout: context.stdout, version: '' })
  const input = (await ask(
    { label: 'input', flag: '--input', choices: Object.keys(INPUTS), default: 'file' },
    'input',
  )) as InputName
  const path = await ask(INPUTS[input], 'path')
  const rules: SetupQuestion = {
    label: `rule file or directory (${NONE}: export every record)`,
    flag: '--policies',
    default: isOtel(input) ? NONE : 'policies/attack',
    validate: answer => rulesError(answer, context.directory),
  }
  const policies = await ask(rules, 'policies')
  const modes = ['alert', 'enrich']
  const mode =
    policies === NONE
      ? ''
      : await ask(
          { label: 'mode (alert: alerts only, enrich: every record)', flag: '--mode', choices: modes, default: 'alert' },
          'mode',
        )
  const targets = [...registry.names('transport'), 'null']
  const target = await ask({ label: 'target', flag: '--export', choices: targets, default: 'terminal' }, 'export')
  const destination = targetQuestion(target)
  const to = destination && (await ask(destination, 'to'))
  const formats = registry.all('transport').find(({ name }) => name === target)?.formats ?? registry.names('encoder')
  const preferredFormat = target === 'otlp' || isOtel(input) ? 'otel' : target === 'es' ? 'ecs' : 'json'
  const defaultFormat = formats.includes(preferredFormat) ? preferredFormat : formats[0]
  const format =
    target === 'null' ? '' : await ask({ label: 'format', flag: '--format', choices: formats, default: defaultFormat }, 'format')
  const spool =
    target === 'null' || target === 'terminal'
      ? NONE
      : await ask(
          {
            label: `spool directory for records while the target is unavailable (${NONE}: no spool)`,
            flag: '--spool',
            default: NONE,
          },
          'spool',
        )
  const needsBrokers = input === 'otelkafka' || target === 'kafka'
  const brokers = needsBrokers
    ? await ask({ label: 'Kafka brokers', flag: '--brokers', default: 'localhost:9092' }, 'brokers')
    : undefined
  return {
    input,
    path: unlessNone(path),
    policies: unlessNone(policies),
    mode,
    target,
    to,
    format,
    spool: unlessNone(spool),
    brokers,
  }
}

const unlessNone = (answer: string): string | undefined => (answer === NONE ? undefined : answer)

function rulesError(answer: string, directory: string): string | undefined {
  if (answer === NONE || existsSync(resolve(directory, answer)) || existsSync(join(programRoot(), answer))) return undefined
  return 'no such file or directory'
}

/** The checks of -test without opening anything: the target need not exist yet. */
async function checkPipeline(file: string, { target }: PipelineAnswers, context: ProcessContext): Promise<void> {
  const { wiring } = await prepareToInspect(runSettings({ config: file, test: true }), { ...context, environment: {} })
  // The access keys come from the environment of the machine where the pipeline will run.
  if (target === 's3') return
  const faults: Fault[] = []
  for (const { name, plugin, options, inputs, outputs } of wiring.stages) {
    const hostWiring = { inputType: inputs[0]?.type, outputType: outputs[0]?.type, records: () => [] }
    const hostServices = { log: silentLogger, stage: name, directory: context.directory, disabledOptimizations: NONE_DISABLED }
    await collectFaults(faults, `stage "${name}"`, () =>
      plugin.create(options, { ...hostServices, ...hostWiring, reportFault() {} }),
    )
  }
  if (faults.length > 0) throw new Faults(faults)
}

function nextSteps({ input, path }: PipelineAnswers, file: string): string {
  const isReading = (input === 'file' || input === 'otelfile') && path === undefined
  const config = file === 'pipeline.json' ? '' : ` -config ${file}`
  return [
    `Created the pipeline ${file}. Next steps:`,
    `  sfprocessor config${config}     show all settings with their defaults`,
    `  sfprocessor${config} -test      validate the pipeline and its target`,
    `  sfprocessor${config}${isReading ? ' PATH' : ''}`,
    '',
  ].join('\n')
}
