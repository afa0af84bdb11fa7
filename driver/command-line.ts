// SPDX-License-Identifier: Apache-2.0

import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { Fault, Faults } from '../core/errors/fault.js'
import { formatStyledFault } from '../core/errors/format-fault.js'
import { isTerminal, screenOf, styleFor, withColorChoice } from '../core/terminal/color.js'
import { printable } from '../core/terminal/printable.js'
import { type CommandLineRequest, commandLineProgram, readCommandLine } from './cli/command-line-options.js'
import { COMPLETE_COMMAND } from './cli/commands/completion.js'
import { gettingStartedText, styledHelp } from './cli/help.js'
import { suggestCommand } from './cli/usage-hints.js'
import type { RunSettings } from './config/run-settings.js'
import { EXIT, type ExitCode } from './exit-codes.js'
import type { ProcessContext } from './process/process-context.js'

/** Runs what the arguments request. Slow modules are loaded only when they are needed. */
export async function runCommandLine(args: readonly string[], context: ProcessContext): Promise<ExitCode> {
  if (args[0] === COMPLETE_COMMAND)
    return (await import('./cli/commands/completion/complete.js')).printCompletions(args.slice(1), commandLineProgram(), context)
  const { request, color } = readCommandLine(args)
  const coloredContext = { ...context, environment: withColorChoice(context.environment, color) }
  try {
    return await handleRequest(request, coloredContext)
  } catch (error) {
    if (request.kind === 'run' && request.settings.logFormat === 'text' && isMissingPathError(error)) {
      context.stdout.write(
        styledHelp(gettingStartedText(context.directory), styleFor(context.stdout, coloredContext.environment)),
      )
      context.stderr.write('sfprocessor: no input path\n')
    } else if (error instanceof Fault || error instanceof Faults) await reportFaults(error, request, coloredContext)
    else throw error
    return EXIT.failed
  }
}

/** Maximum number of faults that one start reports. */
const MAX_FAULTS_SHOWN = 200

async function reportFaults(error: Fault | Faults, request: CommandLineRequest, context: ProcessContext): Promise<void> {
  if ((request.kind === 'run' || request.kind === 'config') && request.settings.logFormat === 'json') {
    const { Log } = await import('./process/log.js')
    const log = new Log('warn', context.stderr, 'json')
    log.logFault('', error)
    return log.close()
  }
  const { stderr } = context
  const style = styleFor(stderr, context.environment)
  const faults = error instanceof Faults ? error.faults : [error]
  for (const fault of faults.slice(0, MAX_FAULTS_SHOWN)) stderr.write(`${formatStyledFault(fault, style)}\n`)
  if (faults.length > MAX_FAULTS_SHOWN) stderr.write(`${faults.length - MAX_FAULTS_SHOWN} more errors not shown\n`)
  if (faults.length > 1) {
    const warnings = faults.filter(({ level }) => level === 'warning').length
    const hidden = faults.reduce((sum, fault) => sum + hiddenFaults(fault), 0)
    stderr.write(`${style(`${faults.length - warnings + hidden} errors, ${warnings} warnings`, 'head')}\n`)
  }
  const first = faults.find(({ level }) => level === 'error') ?? faults[0]
  if (first && isTerminal(stderr)) stderr.write(style(`For details run: sfprocessor explain ${first.code}\n`, 'quiet'))
}

/** Number of further faults that one fault stands for. */
const hiddenFaults = ({ code, details }: Fault): number => (code === 'SFP_POLICY_MORE_FAULTS' ? Number(details.count) - 1 : 0)

async function handleRequest(request: CommandLineRequest, context: ProcessContext): Promise<ExitCode> {
  switch (request.kind) {
    case 'run':
      return prepareAndRun(withScreen(request.settings, context), context)
    case 'config': {
      const { prepareToInspect } = await import('./pipeline/prepare.js')
      const { describeJson, describeText } = await import('./cli/commands/config/describe.js')
      const prepared = await prepareToInspect({ ...withScreen(request.settings, context), test: true }, context)
      for (const warning of prepared.warnings)
        context.stderr.write(`${formatStyledFault(warning, styleFor(context.stderr, context.environment))}\n`)
      context.stdout.write(request.json ? describeJson(prepared) : describeText(prepared))
      return EXIT.ok
    }
    case 'command':
      return (await request.command.run?.(request.invocation, context)) ?? EXIT.failed
    case 'version':
      context.stdout.write((await import('./process/package.js')).versionLine())
      return EXIT.ok
    case 'help':
      context.stdout.write(styledHelp(request.text, styleFor(context.stdout, context.environment)))
      return EXIT.ok
    case 'misuse':
      return reportUsageError(request.text, context)
    default:
      return request satisfies never
  }
}

const withScreen = (settings: RunSettings, { stdout, environment }: ProcessContext): RunSettings => ({
  ...settings,
  screen: screenOf(stdout, environment),
})

function reportUsageError(text: string, { stderr, environment }: ProcessContext): ExitCode {
  const style = styleFor(stderr, environment)
  stderr.write(printable(text).replace(/^error:/, word => style(word, 'bad')))
  return EXIT.usage
}

/** A suggestion for a word that is not a path and resembles a command or an option. */
function suggestForMissingPath({ driver, paths }: RunSettings, { directory }: ProcessContext): string | undefined {
  // Other drivers accept addresses, or create the path.
  if (driver !== undefined && driver !== 'file') return undefined
  const isMissing = (path: string): boolean => !existsSync(resolve(directory, path))
  const [word = ''] = paths
  const misplacedOption = paths.slice(1).find(path => /^--?[a-z]/.test(path) && isMissing(path))
  if (misplacedOption !== undefined)
    return `error: "${misplacedOption}" follows a path, so it is read as a path, and that path does not exist\n(options must come before the first path)\nTo use it as a path, write ./${misplacedOption}\n`
  const suggestion = isMissing(word)
    ? suggestCommand(word, [...commandLineProgram().commands.map(command => command.name()), 'help'])
    : undefined
  return suggestion && `error: no such command or path "${word}"\n(${suggestion})\nTo use it as a path, write ./${word}\n`
}

async function prepareAndRun(settings: RunSettings, context: ProcessContext): Promise<ExitCode> {
  const usageError = suggestForMissingPath(settings, context)
  if (usageError !== undefined) return reportUsageError(usageError, context)
  for (const warning of settings.warnings) context.stderr.write(`sfprocessor: ${printable(warning)}\n`)
  const { startProfiles } = await import('./cli/profile.js')
  const finishProfiles = await startProfiles(settings)
  try {
    const { prepareToRun } = await import('./pipeline/prepare.js')
    const prepared = await prepareToRun(settings, context)
    const { execute } = await import('./run.js')
    return await execute(prepared, settings, context)
  } finally {
    await finishProfiles()
  }
}

/** The missing path is the only error: the user needs the usage text. */
const isMissingPathError = (error: unknown): boolean =>
  error instanceof Faults && error.faults.filter(fault => fault.level === 'error').every(isNoPathFault)

const isNoPathFault = (fault: Fault): boolean => fault instanceof Fault && fault.code === 'SFP_PIPELINE_NO_PATH'
