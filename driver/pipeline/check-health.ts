// SPDX-License-Identifier: Apache-2.0
import { Fault } from '../../core/errors/fault.js'
import { DeadlineError, withDeadline } from '../../core/errors/with-deadline.js'
import { faultsOf, type Pipeline } from './build.js'

/** Runs the health checks of all stages and drivers; `seconds` is the limit for all together. */
export async function checkHealth({ stages, drivers }: Pipeline, seconds = 10): Promise<Fault[]> {
  const checks = [
    ...stages.map(({ name, stage }) => ({ component: `stage "${name}"`, check: stage.check?.bind(stage) })),
    ...drivers.map(({ name, driver }) => ({ component: `driver "${name}"`, check: driver.check?.bind(driver) })),
  ]
  const results = await Promise.all(
    checks.map(async ({ component, check }): Promise<readonly Fault[]> => {
      try {
        const answer = await withDeadline(check?.(), seconds * 1000)
        return answer === undefined ? [] : [new Fault('SFP_RUN_CHECK_FAILED', { component, reason: answer })]
      } catch (error) {
        if (error instanceof DeadlineError) return [new Fault('SFP_RUN_CHECK_TIMEOUT', { component, seconds })]
        return faultsOf(error, component)
      }
    }),
  )
  return results.flat()
}
