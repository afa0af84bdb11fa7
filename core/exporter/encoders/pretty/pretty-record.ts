// SPDX-License-Identifier: Apache-2.0

/** The human-readable form of a record of any kind. Texts are unescaped, as they were recorded. */
export interface PrettyRecord {
  /** Milliseconds since 1970; undefined: unknown. */
  readonly time: number | undefined
  /** The location in a few words: the container or pod, and the host. */
  readonly location: string
  /** The actor in one or two words. */
  readonly actorName: string
  /** The event, the most important line first. */
  readonly lines: readonly [PrettyLine, ...PrettyLine[]]
}

/** `wrote  /etc/passwd  (486 B)` */
export interface PrettyLine {
  /** A verb or a noun. */
  readonly label: string
  /** Truncated where the line has no room for it. */
  readonly text: string
  /** Shown after the text; not truncated in favour of the text. */
  readonly note?: string
  /** The error, if the operation failed. */
  readonly failure?: string
  /** The end of the text is as informative as its beginning, as in a path. */
  readonly isPath?: boolean
}
