// SPDX-License-Identifier: Apache-2.0

/** What an error of somebody else's says, for the details of a fault. Anything can be thrown, and much of it has no text. */
export function messageOf(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error)
  } catch {
    return 'something that cannot be shown'
  }
}

export const firstLineOf = (error: unknown): string => messageOf(error).split('\n')[0] ?? ''

/** "EPIPE" and the like; empty for an error that has none. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

/** What the operating system refused, in words; `own` are those that fit the occasion better. */
export function reasonOf(error: unknown, overrides: Readonly<Record<string, string>> = {}): string {
  const code = codeOf(error)
  return overrides[code] ?? REASONS[code] ?? messageOf(error)
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOENT: 'no such file or folder',
  ENOTDIR: 'a part of the path is no folder',
  EISDIR: 'it is a folder',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left on the device',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be too large',
  EIO: 'the device reports an input/output error',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'its name is too long',
  ELOOP: 'its symbolic links run in a circle',
  ETXTBSY: 'it is a program that is running',
}
