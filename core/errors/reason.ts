// SPDX-License-Identifier: Apache-2.0

/** The message of a foreign error, for the details of a fault. Any value can be thrown, and many have no message. */
export function messageOf(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error)
  } catch {
    return 'unprintable value'
  }
}

export const firstLineOf = (error: unknown): string => messageOf(error).split('\n')[0] ?? ''

/** An error code such as "EPIPE"; empty if the error has none. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

/** The error of the operating system as a phrase; `overrides` replace phrases that do not fit the context. */
export function reasonOf(error: unknown, overrides: Readonly<Record<string, string>> = {}): string {
  const code = codeOf(error)
  return overrides[code] ?? REASONS[code] ?? messageOf(error)
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOENT: 'no such file or directory',
  ENOTDIR: 'a part of the path is not a directory',
  EISDIR: 'it is a directory',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is exceeded',
  EFBIG: 'the file would be too large',
  EIO: 'input/output error of the device',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'its symbolic links form a cycle',
  ETXTBSY: 'it is a running program',
}
