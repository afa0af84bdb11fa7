// SPDX-License-Identifier: Apache-2.0

/** A word that fits, with a short description. */
export interface CompletionCandidate {
  readonly word: string
  readonly description: string
}

export interface Completions {
  /** Whether file or folder names fit as well; the shell completes those itself. */
  readonly pathKind: 'none' | 'files' | 'folders'
  readonly candidates: readonly CompletionCandidate[]
  /** The word may continue after the candidate. */
  readonly isPartial?: boolean
}
