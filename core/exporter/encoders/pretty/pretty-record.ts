// SPDX-License-Identifier: Apache-2.0

/** What a person is shown of a record, whatever kind of record it is; texts are as they were recorded. */
export interface PrettyRecord {
  /** Milliseconds since 1970; undefined: unknown. */
  readonly time: number | undefined
  /** Where it happened, in a few words: the container or pod, and the host. */
  readonly location: string
  /** Who did it, in a word or two. */
  readonly actorName: string
  /** What happened, the most important first. */
  readonly lines: readonly [PrettyLine, ...PrettyLine[]]
}

/** `wrote  /etc/passwd  (486 B)` */
export interface PrettyLine {
  /** A verb or a noun. */
  readonly label: string
  /** It is cut where there is no room for it. */
  readonly text: string
  /** Behind the text, never cut for its sake. */
  readonly note?: string
  /** What went wrong. */
  readonly failure?: string
  /** The end of the text says as much as its beginning, as in a path. */
  readonly isPath?: boolean
}
