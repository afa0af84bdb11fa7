// SPDX-License-Identifier: Apache-2.0
import { Fault, Faults } from '../core/errors/fault.js'
import { show, showAll } from '../core/errors/show.js'
import { ASK } from './commands/completion.js'
import { EXIT, type ExitCode } from './exit-codes.js'
import { options, type Request, type RunSettings, readArguments, usage } from './options.js'
import type { World } from './prepare.js'

/** Does what the arguments ask for. Everything slow is loaded only when it is needed. */
export async function serve(args: readonly string[], world: World): Promise<ExitCode> {
  if (args[0] === ASK) return (await import('./commands/completion/complete.js')).answer(args.slice(1), options(), world)
  const request = readArguments(args)
  try {
    return await answer(request, world)
  } catch (error) {
    if (request.kind === 'run' && request.settings.logFormat === 'text' && lacksPath(error)) {
      world.stdout.write(usage())
      world.stderr.write('sfprocessor: no path to read\n')
    } else if (error instanceof Fault || error instanceof Faults) await tell(error, request, world)
    else throw error
    return EXIT.failed
  }
}

/** Faults that are shown of one start; who has more of them mends these first. */
const MOST_SHOWN = 200

async function tell(error: Fault | Faults, request: Request, world: World): Promise<void> {
  if ((request.kind === 'run' || request.kind === 'config') && request.settings.logFormat === 'json') {
    const { Log } = await import('./log.js')
    const log = new Log('warn', world.stderr, 'json')
    log.fault('', error)
    return log.close()
  }
  if (!(error instanceof Faults)) {
    world.stderr.write(`${show(error)}\n`)
    return
  }
  for (const fault of error.faults.slice(0, MOST_SHOWN)) world.stderr.write(`${show(fault)}\n`)
  if (error.faults.length > MOST_SHOWN) world.stderr.write(`${error.faults.length - MOST_SHOWN} more faults are not shown\n`)
  if (error.faults.length < 2) return
  const warnings = error.faults.filter(({ level }) => level === 'warning').length
  const hidden = error.faults.reduce((sum, fault) => sum + hiddenBehind(fault), 0)
  world.stderr.write(`${error.faults.length - warnings + hidden} errors, ${warnings} warnings\n`)
}

/** Faults that one stands for beside itself. */
const hiddenBehind = ({ code, details }: Fault): number => (code === 'SFP_POLICY_MORE_FAULTS' ? Number(details.count) - 1 : 0)

async function answer(request: Request, world: World): Promise<ExitCode> {
  switch (request.kind) {
    case 'run':
      return runPipeline(request.settings, world)
    case 'config': {
      const { prepare } = await import('./prepare.js')
      const { describeJson, describeText } = await import('./config/describe.js')
      const { settings, wiring, warnings } = await prepare({ ...request.settings, test: true }, world)
      for (const warning of warnings) world.stderr.write(`${showAll(warning)}\n`)
      world.stdout.write(request.json ? describeJson(settings, wiring) : describeText(wiring))
      return EXIT.ok
    }
    case 'simulate': {
      const { runSimulate } = await import('./simulate.js')
      const records = runSimulate(request.scenario, request.output, request.variant)
      world.stderr.write(`${records} records\n`)
      return EXIT.ok
    }
    case 'command':
      return (await request.command.run?.(request.call, world)) ?? EXIT.failed
    case 'version':
      world.stdout.write((await import('./package.js')).versionLine())
      return EXIT.ok
    case 'help':
      world.stdout.write(request.text)
      return EXIT.ok
    case 'misuse':
      world.stderr.write(request.text)
      return EXIT.usage
    default:
      return request satisfies never
  }
}

async function runPipeline(settings: RunSettings, world: World): Promise<ExitCode> {
  const { startProfiles } = await import('./profile.js')
  const finishProfiles = await startProfiles(settings)
  try {
    const { prepare } = await import('./prepare.js')
    const prepared = await prepare(settings, world)
    const { execute } = await import('./execute.js')
    return await execute(prepared, settings, world)
  } finally {
    await finishProfiles()
  }
}

/** Nothing else is wrong: whoever calls the program without a path wants to know how to call it. */
const lacksPath = (error: unknown): boolean =>
  error instanceof Faults && error.faults.filter(fault => fault.level === 'error').every(isPathFault)

const isPathFault = (fault: Fault): boolean => fault instanceof Fault && fault.code === 'SFP_PIPELINE_NO_PATH'
