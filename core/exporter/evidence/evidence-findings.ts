// SPDX-License-Identifier: Apache-2.0

/** Something that does not hold, or that a reader should know. */
export interface EvidenceFinding {
  /** `noted`: a killed writer explains it, and so might somebody who wants it to look so. */
  readonly level: 'broken' | 'noted'
  /** File that it is about. */
  readonly file: string
  /** Byte of that file, from 0. */
  readonly byte: number | undefined
  /** Record of an export file, or line of a chain, from 1. */
  readonly record: number | undefined
  readonly what: string
}

/** Gathers what is found in one file after the other. */
export class EvidenceFindings {
  readonly all: EvidenceFinding[] = []

  addError(file: string, what: string, at: { readonly byte?: number; readonly record?: number } = {}): void {
    this.all.push({ level: 'broken', file, what, byte: at.byte, record: at.record })
  }

  addNote(file: string, what: string, at: { readonly byte?: number; readonly record?: number } = {}): void {
    this.all.push({ level: 'noted', file, what, byte: at.byte, record: at.record })
  }

  get hasErrors(): boolean {
    return this.all.some(({ level }) => level === 'broken')
  }
}
