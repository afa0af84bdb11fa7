// SPDX-License-Identifier: Apache-2.0
import type { FileFlowRecord, NetworkFlowRecord } from '../../avro/trace-record.js'
import type { RunningProcess } from './simulated-host.js'

export type FlowRecord =
  | { readonly branch: 'FF'; readonly record: FileFlowRecord }
  | { readonly branch: 'NF'; readonly record: NetworkFlowRecord }

/** Maximum number of open flows. Beyond it, the flow that would end first is written early. */
const MAX_OPEN_FLOWS = 50_000

/** Flows that have begun and not ended. A flow is written when it ends, so the trace is ordered by end time. */
export class OpenFlows {
  readonly #open: { readonly flow: FlowRecord; readonly process: RunningProcess }[] = []

  /** Returns flows that must be written immediately to make room. */
  add(flow: FlowRecord, process: RunningProcess): readonly FlowRecord[] {
    let at = this.#open.length
    while (at > 0 && (this.#open[at - 1]?.flow.record.endTs ?? 0n) > flow.record.endTs) at--
    this.#open.splice(at, 0, { flow, process })
    return this.#open.length > MAX_OPEN_FLOWS ? this.#open.splice(0, 1).map(open => open.flow) : []
  }

  /** Removes and returns the flows that end at `time` or before, in order of their ends; without `time`, all. */
  takeEndedBy(time?: bigint): readonly FlowRecord[] {
    let count = 0
    while (count < this.#open.length && (time === undefined || (this.#open[count]?.flow.record.endTs ?? 0n) <= time)) count++
    return this.#open.splice(0, count).map(open => open.flow)
  }

  /** Removes and returns the flows of a process that exits: they end with the process. */
  takeEndedWith(process: RunningProcess, time: bigint): readonly FlowRecord[] {
    const ended: FlowRecord[] = []
    for (let at = this.#open.length - 1; at >= 0; at--) {
      const open = this.#open[at]
      if (open?.process !== process) continue
      this.#open.splice(at, 1)
      ended.unshift(endingAt(open.flow, time))
    }
    return ended
  }
}

const endingAt = (flow: FlowRecord, time: bigint): FlowRecord =>
  flow.branch === 'FF'
    ? { branch: 'FF', record: { ...flow.record, endTs: time } }
    : { branch: 'NF', record: { ...flow.record, endTs: time } }
