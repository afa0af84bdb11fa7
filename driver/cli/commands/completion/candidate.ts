// SPDX-License-Identifier: Apache-2.0

/** A word that fits, and what is to be said of it. */
export interface CompletionCandidate {
  readonly word: string
  readonly description: string
}

export interface Completions {
  /** What fits beside the candidates: the shell knows files better. */
  readonly pathKind: 'none' | 'files' | 'folders'
  readonly candidates: readonly CompletionCandidate[]
  /** More may follow in the same word. */
  readonly isPartial?: boolean
}
