// SPDX-License-Identifier: Apache-2.0
import { Recent } from '../../contract/recent.js'
import { type Memo, memoOf } from '../../contract/source.js'
import type { FileEntity } from '../../sysflow/entities.js'

/**
 * What an encoder has made of files: kept with the file, and found again for a later record of the same file, since a
 * collector records its files anew with every trace.
 */
export class FileNotes<T extends { readonly file: FileEntity }> {
  readonly #make: (file: FileEntity) => T
  readonly #keeps: boolean
  readonly #recent = new Recent<T>()

  /** `keeps`: false has them made anew each time. */
  constructor(make: (file: FileEntity) => T, keeps = true) {
    this.#make = make
    this.#keeps = keeps
  }

  of(file: FileEntity): T {
    if (!this.#keeps) return this.#make(file)
    return memoOf(file, this, next => this.#note(file, next)).made
  }

  #note(file: FileEntity, next: Memo | null): FileNote<T> {
    const isFit = ({ file: before }: T): boolean => before.path === file.path && before.resourceType === file.resourceType
    return { owner: this, next, made: this.#recent.of(file.oid, () => this.#make(file), isFit) }
  }
}

interface FileNote<T> extends Memo {
  readonly made: T
}
