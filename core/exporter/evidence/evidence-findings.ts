// SPDX-License-Identifier: Apache-2.0

/** An error in a chain or an export file, or a note for the reader. */
export interface EvidenceFinding {
  /** `noted`: a killed writer explains the finding, but so does an attacker who imitates one. */
  readonly level: 'broken' | 'noted'
  /** File that the finding concerns. */
  readonly file: string
  /** Byte of that file, from 0. */
  readonly byte: number | undefined
  /** Record of an export file, or line of a chain, from 1. */
  readonly record: number | undefined
  readonly what: string
}

/** Collects the findings of all files. */
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
