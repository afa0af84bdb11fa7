// SPDX-License-Identifier: Apache-2.0
import { setImmediate } from 'node:timers/promises'
import type { Fault } from '../core/errors/fault.js'
import { paintOn } from './cli/colour.js'
import type { ResolvedOptions } from './config/resolve-options.js'
import { EXIT, type ExitCode } from './exit-codes.js'
import type { Endpoint } from './admin/endpoint.js'
import { type Job, startAlone } from './pipeline/job.js'
import { Log } from './process/log.js'
import { startPerfLog } from './cli/report/perf-log.js'
import { close, type HostOf } from './pipeline/build.js'
import { run } from './pipeline/run.js'
import type { Wiring } from './pipeline/wiring.js'
import { PluginFaults } from './loader/plugin-figures.js'
import type { Registry } from './loader/registry.js'
import type { Prepared, World } from './pipeline/prepare.js'
import { startProgress } from './cli/report/progress.js'
import type { RunSettings } from './cli/run-options.js'
import { summarise } from './cli/report/summarise.js'
import { summaryText } from './cli/report/summary-text.js'

/** Builds the pipeline, runs it to its end, tells how it went. Throws what keeps it from starting. */
export async function execute(prepared: Prepared, settings: RunSettings, world: World): Promise<ExitCode> {
  const { wiring, warnings, strays } = prepared
  const log = new Log(settings.log, world.stderr, settings.logFormat, paintOn(world.stderr, world.environment))
  const toll: Toll = { log, losses: [], pluginFaults: new PluginFaults(prepared.plugins) }
  const inside = wiring.inside && !settings.test ? await openInside(wiring, wiring.inside, toll, world) : undefined
  try {
    for (const warning of warnings) log.fault('', warning)
    tellPlugins(prepared.plugins, log)
    strays.tellTo(
      fault => tell(toll, '', fault, true),
      fault => toll.pluginFaults.note(fault),
    )
    const job = await start(wiring, settings, world, hosts(toll, world, settings), log)
    tellHealth(job.health, log, settings.quiet)
    const { pipeline } = job
    if (settings.test) {
      for (const fault of await close(pipeline)) tell(toll, '', fault, true)
      await lastWords(prepared.plugins)
      return job.health.length + toll.losses.length === 0 ? EXIT.ok : EXIT.failed
    }
    inside?.running(job)
    if (world.abort.aborted) pipeline.abort.abort(world.abort.reason)
    world.abort.addEventListener('abort', () => pipeline.abort.abort(world.abort.reason), { once: true })
    // Whatever the pipeline consists of, this request does not end the program.
    world.onReload?.(() => log.of('').info('asked to look for changed policies'))
    return await runToEnd(job, toll, prepared, settings, world)
  } finally {
    await inside?.close()
    await log.close()
  }
}

/** Loaded late: most runs have no endpoint. */
async function openInside(
  wiring: Wiring,
  { options }: ResolvedOptions,
  { log, pluginFaults }: Toll,
  world: World,
): Promise<Endpoint> {
  const [{ Endpoint }, { insideSettings }] = await Promise.all([
    import('./admin/endpoint.js'),
    import('./config/admin-options.js'),
  ])
  const endpoint = new Endpoint(insideSettings(options), wiring, log, world, () => pluginFaults.figures())
  await endpoint.open()
  return endpoint
}

async function start(wiring: Wiring, settings: RunSettings, world: World, hostOf: HostOf, log: Log): Promise<Job> {
  if (settings.workers !== 1 && !settings.test) {
    const { shareOut } = await import('./workers/share-out.js')
    const shares = await shareOut(wiring, settings.workers, fault => log.fault('', fault))
    if (shares) return (await import('./workers/start-crew.js')).startCrew(wiring, shares, settings, world, hostOf)
  }
  return startAlone(wiring, hostOf, !settings.test, world.stop)
}

async function runToEnd(
  { pipeline, view, audit }: Job,
  toll: Toll,
  { plugins, strays }: Prepared,
  settings: RunSettings,
  world: World,
): Promise<ExitCode> {
  const { log, losses, pluginFaults } = toll
  const begin = performance.now()
  log.of('').info(`Initializing ${pipeline.drivers.length} ${pipeline.drivers.length === 1 ? 'driver' : 'drivers'}`)
  const watchers = [startProgress(view, settings, world), startPerfLog(view, settings, log)]
  const outcome = await run(pipeline, { stop: world.stop, drainSeconds: settings.drain })
  for (const watcher of watchers) watcher.stop()
  await lastWords(plugins)
  const mismatches = outcome.isComplete ? audit(outcome.quitters) : undefined
  for (const fault of [...outcome.faults, ...(mismatches ?? []), ...strays.finish()]) tell(toll, '', fault, false)
  const exit = exitOf(outcome.faults.length + losses.length, mismatches?.length ?? 0)
  const how = {
    seconds: (performance.now() - begin) / 1000,
    isComplete: mismatches !== undefined,
    isStopped: world.stop.aborted,
    exit,
  }
  const summary = summarise(view, how, () => pluginFaults.figures())
  await log.close()
  if (settings.summary === 'json') world.stderr.write(`${JSON.stringify(summary)}\n`)
  if (settings.summary === 'text') world.stderr.write(summaryText(summary, paintOn(world.stderr, world.environment)))
  return exit
}

const exitOf = (faults: number, mismatches: number): ExitCode =>
  mismatches > 0 ? EXIT.ledger : faults > 0 ? EXIT.failed : EXIT.ok

/** What a plugin leaves behind at its very end is heard of a moment later. */
async function lastWords(plugins: Registry): Promise<void> {
  if (plugins.foreign.length > 0) await setImmediate()
}

/** What went wrong so far. */
interface Toll {
  readonly log: Log
  /** What decides about the exit status. */
  readonly losses: Error[]
  readonly pluginFaults: PluginFaults
}

function tell({ log, losses, pluginFaults }: Toll, component: string, fault: Error, lostData: boolean): void {
  if (lostData) losses.push(fault)
  pluginFaults.note(fault)
  log.fault(component, fault)
}

/** Components report what did not stop them. */
function hosts(toll: Toll, { directory, onReload }: World, { without, perflog }: RunSettings): HostOf {
  return (component, wired) => {
    return {
      log: toll.log.of(component),
      stage: component,
      directory,
      without,
      perflog,
      onReload,
      ...wired,
      fault: (fault, lostData) => tell(toll, component, fault, lostData),
    }
  }
}

/** Whose code runs here beside the program's own. */
function tellPlugins(plugins: Registry, log: Log): void {
  for (const plugin of plugins.foreign)
    log.of('').info(`Plugin ${plugin.kind} "${plugin.name}" of ${plugins.origin(plugin)}, contract ${plugin.contract}`)
}

function tellHealth(faults: readonly Fault[], log: Log, isQuiet: boolean): void {
  for (const fault of faults) log.fault('', fault)
  const isHealthy = faults.length === 0
  if (!isQuiet || !isHealthy) log.of('').health(`Health checks: ${isHealthy ? 'passed' : 'failed'}`)
}
