// SPDX-License-Identifier: Apache-2.0

import type { FaultCode } from '../../errors/catalogue.js'
import { type Details, Fault, Faults } from '../../errors/fault.js'
import { type SourceSpan, type SourceText, sourcePositionOf } from '../../errors/source-text.js'

/** The findings of all checks of a load, collected so that the user sees all of them at once. */
export class PolicyFindings {
  readonly #findings: PolicyFinding[] = []
  readonly #seen = new Map<SourceText, Set<string>>()
  #errors = 0

  error(code: FaultCode, details: Details, at: SourceSpan | undefined): void {
    if (this.#add(code, details, at, 'error')) this.#errors++
  }

  warning(code: FaultCode, details: Details, at: SourceSpan | undefined): void {
    this.#add(code, details, at, 'warning')
  }

  get hasErrors(): boolean {
    return this.#errors > 0
  }

  /** In the order in which they were reported. */
  get all(): readonly PolicyFinding[] {
    return this.#findings
  }

  /** Throws all errors, if there are any, in the order of the text. */
  throwErrors(order: readonly SourceText[]): void {
    if (this.#errors === 0) return
    const errors = this.#sorted('error', order)
    const shown = errors.slice(0, MAX_SHOWN).map(toFault)
    const count = this.#errors - shown.length
    if (count > 0) shown.push(new Fault('SFP_POLICY_MORE_FAULTS', { count }))
    throw new Faults(shown)
  }

  warnings(order: readonly SourceText[]): readonly Fault[] {
    return this.#sorted('warning', order).map(toFault)
  }

  /**
   * A text that is used in several places is checked several times, but its finding is added once. False: the finding exists
   * already.
   */
  #add(code: FaultCode, details: Details, at: SourceSpan | undefined, level: 'error' | 'warning'): boolean {
    if (at) {
      const seen = this.#seen.get(at.source) ?? new Set()
      this.#seen.set(at.source, seen)
      const key = `${at.start} ${code} ${details.name ?? ''}`
      if (seen.has(key)) return false
      seen.add(key)
    }
    if (this.#findings.length < MAX_RETAINED) this.#findings.push({ code, details, at, level })
    return true
  }

  #sorted(level: 'error' | 'warning', order: readonly SourceText[]): PolicyFinding[] {
    const rank = new Map(order.map((source, index) => [source, index]))
    const of = (finding: PolicyFinding): number => (finding.at ? (rank.get(finding.at.source) ?? -1) : -1)
    return this.#findings
      .filter(finding => finding.level === level)
      .sort((a, b) => of(a) - of(b) || (a.at?.start ?? 0) - (b.at?.start ?? 0))
  }
}

export interface PolicyFinding {
  readonly code: FaultCode
  readonly details: Details
  readonly at: SourceSpan | undefined
  readonly level: 'error' | 'warning'
}

/** Maximum number of findings of one load that are shown. The rest is counted. */
const MAX_SHOWN = 100
/** Maximum number of findings in memory: a file of 16 MiB can have a million errors. */
const MAX_RETAINED = 20_000

const toFault = ({ code, details, at, level }: PolicyFinding): Fault =>
  new Fault(code, details, { position: at && sourcePositionOf(at), level })
