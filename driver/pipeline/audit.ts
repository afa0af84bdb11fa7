// SPDX-License-Identifier: Apache-2.0
import type { Ledger } from '../../core/contract/ledger.js'
import { Fault } from '../../core/errors/fault.js'
import { type Pipeline, type PluginIdentity, pluginDetails } from './build.js'

/**
 * Audits the ledgers after a run that was not aborted: every ledger must add up, and agree with the record counts of the channels
 * on both sides. A difference is a bug and is always reported. Stages in `endedEarly` did not read all of their input.
 */
export function auditLedgers(pipeline: Pipeline, endedEarly: ReadonlySet<string>): Fault[] {
  const faults: Fault[] = []
  const reporterFor =
    (component: string, plugin?: PluginIdentity) =>
    (account: string): void => {
      faults.push(new Fault('SFP_RUN_LEDGER', { component, account, ...pluginDetails(plugin) }))
    }
  for (const { name, plugin, driver, output } of pipeline.drivers) {
    const report = reporterFor(`driver "${name}"`, plugin)
    checkLedger(driver.ledger, report)
    if (driver.ledger.out !== output.sent) report(`${driver.ledger.out} out, but ${output.sent} sent`)
  }
  for (const { name, plugin, stage, receivers, senders } of pipeline.stages) {
    const report = reporterFor(`stage "${name}"`, plugin)
    const { ledger } = stage
    checkLedger(ledger, report)
    const received = receivers.reduce((sum, receiver) => sum + receiver.received, 0)
    if (ledger.in !== received && !endedEarly.has(name)) report(`${received} received, but ${ledger.in} in`)
    for (const sender of senders) if (sender.sent !== ledger.out) report(`${ledger.out} out, but ${sender.sent} sent`)
  }
  for (const channel of pipeline.channels.values()) {
    if (channel.queued > 0) reporterFor(`channel "${channel.name}"`)(`${channel.queued} sent but never received`)
  }
  return faults
}

function checkLedger(ledger: Ledger, report: (text: string) => void): void {
  if (ledger.difference !== 0) report(ledgerText(ledger))
  else if (ledger.held !== 0) report(`${ledger.held} still held at the end`)
}

/** "10 in, but 4 out, 5 filtered, 0 dropped, 0 held: 1 unexplained" */
function ledgerText(ledger: Ledger): string {
  const sum = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((total, count) => total + count, 0)
  const parts = `${ledger.out} out, ${sum(ledger.filtered)} filtered, ${sum(ledger.dropped)} dropped, ${ledger.held} held`
  const inputText = ledger.created > 0 ? `${ledger.in} in and ${ledger.created} created` : `${ledger.in} in`
  return `${inputText}, but ${parts}: ${ledger.difference} unexplained`
}
