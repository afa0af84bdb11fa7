// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { silentLogger } from '../../../../core/contract/logger.js'
import { WITHOUT_NOTHING } from '../../../../core/contract/optimisation.js'
import { type Fault, Faults } from '../../../../core/errors/fault.js'
import { EXIT, type ExitCode } from '../../../exit-codes.js'
import { packageRoot } from '../../../process/package.js'
import { collect } from '../../../pipeline/build.js'
import { builtInRegistry } from '../../../loader/built-in.js'
import { prepare, type World } from '../../../pipeline/prepare.js'
import { runSettings } from '../../run-options.js'
import type { Call } from '../command.js'
import { refuseExisting, writeNewFile } from './new-file.js'
import { INPUTS, type InputName, isOtel, NONE, type PipelineAnswers, pipelineOf, targetQuestion } from './pipeline-parts.js'
import { type Question, Questions, type Terminal, terminalOf } from './questions.js'

/** Writes a pipeline file that the program accepts, or prints it. Throws a fault if it cannot; nothing is left behind then. */
export async function createPipeline(
  { options }: Call,
  world: World,
  terminal: Terminal | undefined = terminalOf(world, options.yes === true),
): Promise<ExitCode> {
  const questions = new Questions(terminal)
  try {
    const output = typeof options.output === 'string' ? options.output : 'pipeline.json'
    const path = resolve(world.directory, output)
    if (output !== '-') refuseExisting(path, '-o')
    const answers = await asked(questions, options, world)
    const folder = output === '-' ? world.directory : resolve(path, '..')
    const schema = relative(folder, join(packageRoot(), 'resources', 'schemas', 'pipeline.schema.json'))
    const text = `${JSON.stringify(pipelineOf(answers, schema), null, 2)}\n`
    if (output === '-') {
      world.stdout.write(text)
      return EXIT.ok
    }
    await writeNewFile(path, text, '-o', draft => accept(draft, answers, world))
    world.stdout.write(nextSteps(answers, relative(world.directory, path)))
    return EXIT.ok
  } finally {
    questions.close()
  }
}

async function asked(questions: Questions, options: Call['options'], world: World): Promise<PipelineAnswers> {
  const given = (name: string): string | undefined => (typeof options[name] === 'string' ? options[name] : undefined)
  const ask = (question: Question, name: string): Promise<string> => questions.answer(question, given(name))
  const registry = builtInRegistry({ stdout: world.stdout, version: '' })
  const input = (await ask(
    { what: 'input', flag: '--input', choices: Object.keys(INPUTS), default: 'file' },
    'input',
  )) as InputName
  const path = await ask(INPUTS[input], 'path')
  const rules: Question = {
    what: `rules, a file or folder (${NONE}: every record goes on)`,
    flag: '--policies',
    default: isOtel(input) ? NONE : 'policies/attack',
    objection: answer => objectionToRules(answer, world.directory),
  }
  const policies = await ask(rules, 'policies')
  const modes = ['alert', 'enrich']
  const mode =
    policies === NONE
      ? ''
      : await ask(
          { what: 'mode: alerts alone, or every record with what was judged', flag: '--mode', choices: modes, default: 'alert' },
          'mode',
        )
  const targets = [...registry.names('transport'), 'null']
  const target = await ask({ what: 'target', flag: '--export', choices: targets, default: 'terminal' }, 'export')
  const place = targetQuestion(target)
  const to = place && (await ask(place, 'to'))
  const formats = registry.all('transport').find(({ name }) => name === target)?.formats ?? registry.names('encoder')
  const fitting = target === 'otlp' || isOtel(input) ? 'otel' : target === 'es' ? 'ecs' : 'json'
  const usual = formats.includes(fitting) ? fitting : formats[0]
  const format =
    target === 'null' ? '' : await ask({ what: 'format', flag: '--format', choices: formats, default: usual }, 'format')
  const spool =
    target === 'null' || target === 'terminal'
      ? NONE
      : await ask(
          { what: `folder where records wait while the target is away (${NONE}: nowhere)`, flag: '--spool', default: NONE },
          'spool',
        )
  const needsBrokers = input === 'otelkafka' || target === 'kafka'
  const brokers = needsBrokers
    ? await ask({ what: 'brokers of Kafka', flag: '--brokers', default: 'localhost:9092' }, 'brokers')
    : undefined
  return { input, path: some(path), policies: some(policies), mode, target, to, format, spool: some(spool), brokers }
}

const some = (answer: string): string | undefined => (answer === NONE ? undefined : answer)

function objectionToRules(answer: string, directory: string): string | undefined {
  if (answer === NONE || existsSync(resolve(directory, answer)) || existsSync(join(packageRoot(), answer))) return undefined
  return 'there is no such file or folder'
}

/** As -test does, but that nothing is opened: a target need not be there yet. */
async function accept(file: string, { target }: PipelineAnswers, world: World): Promise<void> {
  const { wiring } = await prepare(runSettings({ config: file, test: true }), { ...world, environment: {} })
  // Its keys are in the environment of the machine where it will run.
  if (target === 's3') return
  const faults: Fault[] = []
  for (const { name, plugin, options, inputs, outputs } of wiring.stages) {
    const wired = { inputType: inputs[0]?.type, outputType: outputs[0]?.type, records: () => [] }
    const circumstances = { log: silentLogger, stage: name, directory: world.directory, without: WITHOUT_NOTHING }
    await collect(faults, `stage "${name}"`, () => plugin.create(options, { ...circumstances, ...wired, fault() {} }))
  }
  if (faults.length > 0) throw new Faults(faults)
}

function nextSteps({ input, path }: PipelineAnswers, file: string): string {
  const isReading = (input === 'file' || input === 'otelfile') && path === undefined
  const config = file === 'pipeline.json' ? '' : ` -config ${file}`
  return [
    `The pipeline stands in ${file}. Next:`,
    `  sfprocessor config${config}     what is set, and what by default`,
    `  sfprocessor${config} -test      whether its target can be reached`,
    `  sfprocessor${config}${isReading ? ' PATH' : ''}`,
    '',
  ].join('\n')
}
