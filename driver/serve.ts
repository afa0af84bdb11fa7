// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { Fault, Faults } from '../core/errors/fault.js'
import { showPainted } from '../core/errors/show.js'
import { printable } from '../core/terminal/printable.js'
import { isTerminal, paintOn, screenOf, withColourChoice } from './cli/colour.js'
import { ASK } from './cli/commands/completion.js'
import { EXIT, type ExitCode } from './exit-codes.js'
import { firstSteps, markedHelp } from './cli/help.js'
import { commandMeant } from './cli/misuse.js'
import { options, type Request, readCommandLine } from './cli/options.js'
import type { World } from './pipeline/prepare.js'
import type { RunSettings } from './cli/run-options.js'

/** Does what the arguments ask for. Everything slow is loaded only when it is needed. */
export async function serve(args: readonly string[], world: World): Promise<ExitCode> {
  if (args[0] === ASK) return (await import('./cli/commands/completion/complete.js')).answer(args.slice(1), options(), world)
  const { request, colour } = readCommandLine(args)
  const coloured = { ...world, environment: withColourChoice(world.environment, colour) }
  try {
    return await answer(request, coloured)
  } catch (error) {
    if (request.kind === 'run' && request.settings.logFormat === 'text' && lacksPath(error)) {
      world.stdout.write(markedHelp(firstSteps(world.directory), paintOn(world.stdout, coloured.environment)))
      world.stderr.write('sfprocessor: no path to read\n')
    } else if (error instanceof Fault || error instanceof Faults) await tell(error, request, coloured)
    else throw error
    return EXIT.failed
  }
}

/** Faults that are shown of one start; who has more of them mends these first. */
const MOST_SHOWN = 200

async function tell(error: Fault | Faults, request: Request, world: World): Promise<void> {
  if ((request.kind === 'run' || request.kind === 'config') && request.settings.logFormat === 'json') {
    const { Log } = await import('./process/log.js')
    const log = new Log('warn', world.stderr, 'json')
    log.fault('', error)
    return log.close()
  }
  const { stderr } = world
  const paint = paintOn(stderr, world.environment)
  const faults = error instanceof Faults ? error.faults : [error]
  for (const fault of faults.slice(0, MOST_SHOWN)) stderr.write(`${showPainted(fault, paint)}\n`)
  if (faults.length > MOST_SHOWN) stderr.write(`${faults.length - MOST_SHOWN} more faults are not shown\n`)
  if (faults.length > 1) {
    const warnings = faults.filter(({ level }) => level === 'warning').length
    const hidden = faults.reduce((sum, fault) => sum + hiddenBehind(fault), 0)
    stderr.write(`${paint(`${faults.length - warnings + hidden} errors, ${warnings} warnings`, 'head')}\n`)
  }
  const first = faults.find(({ level }) => level === 'error') ?? faults[0]
  if (first && isTerminal(stderr)) stderr.write(paint(`More about it: sfprocessor explain ${first.code}\n`, 'quiet'))
}

/** Faults that one stands for beside itself. */
const hiddenBehind = ({ code, details }: Fault): number => (code === 'SFP_POLICY_MORE_FAULTS' ? Number(details.count) - 1 : 0)

async function answer(request: Request, world: World): Promise<ExitCode> {
  switch (request.kind) {
    case 'run':
      return runPipeline(onScreen(request.settings, world), world)
    case 'config': {
      const { prepare } = await import('./pipeline/prepare.js')
      const { describeJson, describeText } = await import('./cli/commands/config/describe.js')
      const prepared = await prepare({ ...onScreen(request.settings, world), test: true }, world)
      for (const warning of prepared.warnings)
        world.stderr.write(`${showPainted(warning, paintOn(world.stderr, world.environment))}\n`)
      world.stdout.write(request.json ? describeJson(prepared) : describeText(prepared))
      return EXIT.ok
    }
    case 'simulate': {
      const { runSimulate } = await import('../plugins/sysflow/scenario/simulate-command.js')
      const records = runSimulate(request.scenario, request.output, request.variant)
      world.stderr.write(`${records} records\n`)
      return EXIT.ok
    }
    case 'command':
      return (await request.command.run?.(request.call, world)) ?? EXIT.failed
    case 'version':
      world.stdout.write((await import('./process/package.js')).versionLine())
      return EXIT.ok
    case 'help':
      world.stdout.write(markedHelp(request.text, paintOn(world.stdout, world.environment)))
      return EXIT.ok
    case 'misuse':
      return misuse(request.text, world)
    default:
      return request satisfies never
  }
}

const onScreen = (settings: RunSettings, { stdout, environment }: World): RunSettings => ({
  ...settings,
  screen: screenOf(stdout, environment),
})

function misuse(text: string, { stderr, environment }: World): ExitCode {
  const paint = paintOn(stderr, environment)
  stderr.write(printable(text).replace(/^error:/, word => paint(word, 'bad')))
  return EXIT.usage
}

/** What to say of a word that is no path and looks like a command or an option. */
function mistakenPath({ driver, paths }: RunSettings, { directory }: World): string | undefined {
  // Other drivers take addresses, or make what the path names.
  if (driver !== undefined && driver !== 'file') return undefined
  const isMissing = (path: string): boolean => !existsSync(resolve(directory, path))
  const [word = ''] = paths
  const late = paths.slice(1).find(path => /^--?[a-z]/.test(path) && isMissing(path))
  if (late !== undefined)
    return `error: "${late}" stands behind a path, so it is taken for a path, and there is none\n(options stand before the first path)\nIf it is to be a path, write ./${late}\n`
  const meant = isMissing(word) ? commandMeant(word, [...options().commands.map(command => command.name()), 'help']) : undefined
  return meant && `error: there is neither a command nor a path "${word}"\n(${meant})\nIf it is to be a path, write ./${word}\n`
}

async function runPipeline(settings: RunSettings, world: World): Promise<ExitCode> {
  const mistake = mistakenPath(settings, world)
  if (mistake !== undefined) return misuse(mistake, world)
  for (const remark of settings.remarks) world.stderr.write(`sfprocessor: ${printable(remark)}\n`)
  const { startProfiles } = await import('./cli/profile.js')
  const finishProfiles = await startProfiles(settings)
  try {
    const { prepareToRun } = await import('./pipeline/prepare.js')
    const prepared = await prepareToRun(settings, world)
    const { execute } = await import('./run.js')
    return await execute(prepared, settings, world)
  } finally {
    await finishProfiles()
  }
}

/** Nothing else is wrong: whoever calls the program without a path wants to know how to call it. */
const lacksPath = (error: unknown): boolean =>
  error instanceof Faults && error.faults.filter(fault => fault.level === 'error').every(isPathFault)

const isPathFault = (fault: Fault): boolean => fault instanceof Fault && fault.code === 'SFP_PIPELINE_NO_PATH'
