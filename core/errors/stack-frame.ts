// SPDX-License-Identifier: Apache-2.0
import { fileURLToPath } from 'node:url'

/** One line of a stack that is in a file: FILE:LINE:COLUMN. */
export interface StackFrame {
  readonly file: string
  readonly text: string
}

/** The places in files that an error has come by, the innermost first; none for one without a stack. */
export function stackFrames(error: unknown): StackFrame[] {
  const stack = stackOf(error)
  return [...stack.matchAll(FRAME_PATTERN)].map(([, path = '', position = '']) => {
    const file = path.startsWith('file:') ? fileOf(path) : path
    return { file, text: `${file}${position}` }
  })
}

/** The innermost place of an error that is not in the program itself, for the author of a plugin. */
export const firstExternalFrame = (error: unknown): string | undefined =>
  stackFrames(error).find(({ file }) => !isProgramFile(file))?.text

/** A file of the program, be it its code or a package that it needs. The plugins that it brings as examples are none. */
export const isProgramFile = (file: string): boolean =>
  PROGRAM_FOLDERS.some(folder => file.startsWith(folder)) && !file.startsWith(EXAMPLES)

const folderFrom = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** Where it is built, `.../dist/`, and its packages. */
const PROGRAM_FOLDERS = ['../../', '../../../node_modules/'].map(folderFrom)
const EXAMPLES = folderFrom('../../plugins/examples/')

/** A file may be called anything; a stack ends what it names so with the line and the column. */
const FRAME_PATTERN = /(?:\(|at (?:async )?|^)((?:file:\/\/)?\/[^\n]*?)((?::\d+){1,2})\)?$/gm

function stackOf(error: unknown): string {
  try {
    return error instanceof Error && typeof error.stack === 'string' ? error.stack : ''
  } catch {
    return ''
  }
}

function fileOf(url: string): string {
  try {
    return fileURLToPath(url)
  } catch {
    return url
  }
}
