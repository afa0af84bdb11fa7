// SPDX-License-Identifier: Apache-2.0
import { fileURLToPath } from 'node:url'

/** One stack frame in a file: FILE:LINE:COLUMN. */
export interface StackFrame {
  readonly file: string
  readonly text: string
}

/** The stack frames of an error that are in files, the innermost first; empty without a stack. */
export function stackFrames(error: unknown): StackFrame[] {
  const stack = stackOf(error)
  return [...stack.matchAll(FRAME_PATTERN)].map(([, path = '', position = '']) => {
    const file = path.startsWith('file:') ? fileOf(path) : path
    return { file, text: `${file}${position}` }
  })
}

/** The innermost frame of an error outside the program itself, for the author of a plugin. */
export const firstExternalFrame = (error: unknown): string | undefined =>
  stackFrames(error).find(({ file }) => !isProgramFile(file))?.text

/** Whether a file belongs to the program: its own code, or a package that it needs. The example plugins do not belong to it. */
export const isProgramFile = (file: string): boolean =>
  PROGRAM_FOLDERS.some(folder => file.startsWith(folder)) && !file.startsWith(EXAMPLES_FOLDER)

const folderOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/**
 * Relative to `dist/core/errors/`: the compiled folders; relative to `dist/bundle/`: the bundle itself and, for stacks that are
 * mapped by source maps, its source files.
 */
const PROGRAM_FOLDERS = [
  './',
  '../../core/',
  '../../driver/',
  '../../grammar/',
  '../../plugins/',
  '../../../node_modules/',
  '../../node_modules/',
].map(folderOf)
const EXAMPLES_FOLDER = folderOf('../../plugins/examples/')

/** A file may have any name; in a stack, line and column follow it. */
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
