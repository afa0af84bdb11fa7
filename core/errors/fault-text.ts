// SPDX-License-Identifier: Apache-2.0

/** `what` happened and how to `mend` it; `{name}` is replaced by a detail of the fault. */
export interface FaultText {
  readonly what: string
  readonly hint: string
}
