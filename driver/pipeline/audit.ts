// SPDX-License-Identifier: Apache-2.0
import type { Ledger } from '../../core/contract/ledger.js'
import { Fault } from '../../core/errors/fault.js'
import { type Maker, madeBy, type Pipeline } from './build.js'

/**
 * Closes the books after a run that was not aborted: every ledger must balance, and agree with what went through the
 * channels on either side. Anything that does not is a bug, and is never passed over. `quitters` left some of their input.
 */
export function audit(pipeline: Pipeline, quitters: ReadonlySet<string>): Fault[] {
  const faults: Fault[] = []
  const objector =
    (component: string, maker?: Maker) =>
    (account: string): void => {
      faults.push(new Fault('SFP_RUN_LEDGER', { component, account, ...madeBy(maker) }))
    }
  for (const { name, maker, driver, output } of pipeline.drivers) {
    const object = objector(`driver "${name}"`, maker)
    checkLedger(driver.ledger, object)
    if (driver.ledger.passed !== output.sent) object(`${driver.ledger.passed} passed on, but ${output.sent} sent`)
  }
  for (const { name, maker, stage, receivers, senders } of pipeline.stages) {
    const object = objector(`stage "${name}"`, maker)
    const { ledger } = stage
    checkLedger(ledger, object)
    const received = receivers.reduce((sum, receiver) => sum + receiver.received, 0)
    if (ledger.taken !== received && !quitters.has(name)) object(`${received} received, but ${ledger.taken} taken`)
    for (const sender of senders) if (sender.sent !== ledger.passed) object(`${ledger.passed} passed on, but ${sender.sent} sent`)
  }
  for (const channel of pipeline.channels.values()) {
    if (channel.waiting > 0) objector(`channel "${channel.name}"`)(`${channel.waiting} sent and never received`)
  }
  return faults
}

function checkLedger(ledger: Ledger, object: (text: string) => void): void {
  if (ledger.difference !== 0) object(accountOf(ledger))
  else if (ledger.held !== 0) object(`${ledger.held} still held at the end`)
}

/** "10 taken = 4 passed on + 5 used + 0 dropped + 0 held, difference 1" */
function accountOf(ledger: Ledger): string {
  const sum = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((total, count) => total + count, 0)
  const parts = `${ledger.passed} passed on, ${sum(ledger.used)} used, ${sum(ledger.dropped)} dropped, ${ledger.held} held`
  const taken = ledger.made > 0 ? `${ledger.taken} taken and ${ledger.made} made` : `${ledger.taken} taken`
  return `${taken}, but ${parts}: ${ledger.difference} unexplained`
}
