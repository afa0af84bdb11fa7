// SPDX-License-Identifier: Apache-2.0

import { setImmediate } from 'node:timers/promises'
import type { Fault } from '../core/errors/fault.js'
import { styleFor } from '../core/terminal/color.js'
import type { AdminEndpoint } from './admin/endpoint.js'
import { startPerfLog } from './cli/report/perf-log.js'
import { startProgress } from './cli/report/progress.js'
import { summarize } from './cli/report/summarize.js'
import { summaryText } from './cli/report/summary-text.js'
import type { ResolvedOptions } from './config/options/resolve-options.js'
import type { RunSettings } from './config/run-settings.js'
import { EXIT, type ExitCode } from './exit-codes.js'
import { PluginFaultCounter } from './loader/plugin-figures.js'
import type { Registry } from './loader/registry.js'
import { closeParts, type HostOf } from './pipeline/build.js'
import { type PipelineRun, startSingleThreaded } from './pipeline/pipeline-run.js'
import type { PreparedPipeline } from './pipeline/prepare.js'
import { runPipeline } from './pipeline/run.js'
import { adaptersInUse, type Wiring } from './pipeline/wiring.js'
import { Log } from './process/log.js'
import type { ProcessContext } from './process/process-context.js'

/** Builds the pipeline, runs it to its end, and reports the result. Throws the errors of the start. */
export async function execute(prepared: PreparedPipeline, settings: RunSettings, context: ProcessContext): Promise<ExitCode> {
  const { wiring, warnings, uncaughtErrors } = prepared
  const style = styleFor(context.stderr, context.environment)
  const log = new Log(settings.log, context.stderr, settings.logFormat, style, undefined, settings.logFile)
  const runErrors: RunErrors = { log, dataLosses: [], pluginFaults: new PluginFaultCounter(prepared.plugins) }
  const admin = wiring.admin && !settings.test ? await openAdminEndpoint(wiring, wiring.admin, runErrors, context) : undefined
  try {
    for (const warning of warnings) log.logFault('', warning)
    logPlugins(prepared.plugins, log)
    uncaughtErrors.reportTo(
      fault => recordError(runErrors, '', fault, true),
      fault => runErrors.pluginFaults.count(fault),
    )
    const pipelineRun = await startPipeline(wiring, settings, context, hostFactory(runErrors, context, settings), log)
    logHealth(pipelineRun.health, log, settings.quiet)
    const { pipeline } = pipelineRun
    if (settings.test) {
      for (const fault of await closeParts(pipeline)) recordError(runErrors, '', fault, true)
      await flushPluginErrors(prepared.plugins)
      return pipelineRun.health.length + runErrors.dataLosses.length === 0 ? EXIT.ok : EXIT.failed
    }
    admin?.markRunning(pipelineRun)
    if (context.abort.aborted) pipeline.abort.abort(context.abort.reason)
    context.abort.addEventListener('abort', () => pipeline.abort.abort(context.abort.reason), { once: true })
    // A reload request never ends the program, whatever the pipeline consists of.
    context.onReload?.(() => log.of('').info('reload requested: looking for changed policies'))
    return await runToEnd(pipelineRun, runErrors, prepared, settings, context)
  } finally {
    await admin?.close()
    await log.close()
  }
}

/** Loaded on demand: most runs have no endpoint. */
async function openAdminEndpoint(
  wiring: Wiring,
  { options }: ResolvedOptions,
  { log, pluginFaults }: RunErrors,
  context: ProcessContext,
): Promise<AdminEndpoint> {
  const [{ AdminEndpoint }, { adminSettings }] = await Promise.all([
    import('./admin/endpoint.js'),
    import('./config/admin-options.js'),
  ])
  const endpoint = new AdminEndpoint(adminSettings(options, adaptersInUse(wiring)), wiring, log, context, () =>
    pluginFaults.figures(),
  )
  await endpoint.open()
  return endpoint
}

async function startPipeline(
  wiring: Wiring,
  settings: RunSettings,
  context: ProcessContext,
  hostOf: HostOf,
  log: Log,
): Promise<PipelineRun> {
  if (settings.workers !== 1 && !settings.test) {
    const { partitionInput } = await import('./workers/partition-input.js')
    const input = await partitionInput(wiring, settings.workers, hostOf, fault => log.logFault('', fault))
    if (input) return (await import('./workers/start-worker-pool.js')).startWorkerPool(wiring, input, settings, context, hostOf)
  }
  return startSingleThreaded(wiring, hostOf, !settings.test, context.stop)
}

async function runToEnd(
  { pipeline, view, audit }: PipelineRun,
  runErrors: RunErrors,
  { plugins, uncaughtErrors }: PreparedPipeline,
  settings: RunSettings,
  context: ProcessContext,
): Promise<ExitCode> {
  const { log, dataLosses, pluginFaults } = runErrors
  const begin = performance.now()
  log.of('').info(`Initializing ${pipeline.drivers.length} ${pipeline.drivers.length === 1 ? 'driver' : 'drivers'}`)
  const reporters = [startProgress(view, settings, context), startPerfLog(view, settings, log)]
  const outcome = await runPipeline(pipeline, { stop: context.stop, drainSeconds: settings.drainSeconds })
  for (const reporter of reporters) reporter.stop()
  await flushPluginErrors(plugins)
  const mismatches = outcome.isComplete ? audit(outcome.endedEarly) : undefined
  for (const fault of [...outcome.faults, ...(mismatches ?? []), ...uncaughtErrors.suppressedFaults()])
    recordError(runErrors, '', fault, false)
  const exit = exitCodeOf(outcome.faults.length + dataLosses.length, mismatches?.length ?? 0)
  const result = {
    seconds: (performance.now() - begin) / 1000,
    isComplete: mismatches !== undefined,
    isStopped: context.stop.aborted,
    exit,
  }
  const summary = summarize(view, result, () => pluginFaults.figures())
  await log.close()
  if (settings.summary === 'json') context.stderr.write(`${JSON.stringify(summary)}\n`)
  if (settings.summary === 'text') context.stderr.write(summaryText(summary, styleFor(context.stderr, context.environment)))
  return exit
}

const exitCodeOf = (faults: number, mismatches: number): ExitCode =>
  mismatches > 0 ? EXIT.ledger : faults > 0 ? EXIT.failed : EXIT.ok

/** Waits a moment, since errors of plugins at the end of the run arrive later. */
async function flushPluginErrors(plugins: Registry): Promise<void> {
  if (plugins.external.length > 0) await setImmediate()
}

/** Errors of the run so far. */
interface RunErrors {
  readonly log: Log
  /** Errors that determine the exit status. */
  readonly dataLosses: Error[]
  readonly pluginFaults: PluginFaultCounter
}

function recordError({ log, dataLosses, pluginFaults }: RunErrors, component: string, fault: Error, lostData: boolean): void {
  if (lostData) dataLosses.push(fault)
  pluginFaults.count(fault)
  log.logFault(component, fault)
}

/** Creates the hosts through which components report errors that do not stop them. */
function hostFactory(
  runErrors: RunErrors,
  { directory, onReload }: ProcessContext,
  { disabledOptimizations, perflog }: RunSettings,
): HostOf {
  return (component, hostWiring) => {
    return {
      log: runErrors.log.of(component),
      stage: component,
      directory,
      disabledOptimizations,
      perflog,
      onReload,
      ...hostWiring,
      reportFault: (fault, lostData) => recordError(runErrors, component, fault, lostData),
    }
  }
}

/** Logs which external code runs in this process. */
function logPlugins(plugins: Registry, log: Log): void {
  for (const plugin of plugins.external)
    log.of('').info(`Plugin ${plugin.kind} "${plugin.name}" of ${plugins.origin(plugin)}, contract ${plugin.contract}`)
}

function logHealth(faults: readonly Fault[], log: Log, isQuiet: boolean): void {
  for (const fault of faults) log.logFault('', fault)
  const isHealthy = faults.length === 0
  if (!isQuiet || !isHealthy) log.of('').health(`Health checks: ${isHealthy ? 'passed' : 'failed'}`)
}
