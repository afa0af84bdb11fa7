// SPDX-License-Identifier: Apache-2.0

/** Last element of a slash path after its trailing slashes; "." for the empty path, "/" for the root. */
export function baseName(path: string): string {
  let end = path.length
  if (end === 0) return '.'
  while (end > 0 && path.charCodeAt(end - 1) === SLASH) end--
  if (end === 0) return '/'
  return path.slice(path.lastIndexOf('/', end - 1) + 1, end)
}

/** Everything before the last slash, with `//`, `.` and `..` resolved textually; "." if there is no slash. */
export function directoryName(path: string): string {
  const slash = path.lastIndexOf('/')
  if (slash < 0) return '.'
  // Nearly every path is clean; three searches detect that faster than splitting the path.
  if (slash > 0 && path.charCodeAt(0) === SLASH && !path.includes('//') && !path.includes('/./') && !path.includes('/../'))
    return path.slice(0, slash)
  return cleanPath(path.slice(0, slash + 1))
}

const SLASH = 0x2f

function cleanPath(path: string): string {
  const isRooted = path.charCodeAt(0) === SLASH
  const segments: string[] = []
  for (const element of path.split('/')) {
    if (element === '' || element === '.') continue
    if (element !== '..') segments.push(element)
    else if (segments.length > 0 && segments[segments.length - 1] !== '..') segments.pop()
    else if (!isRooted) segments.push('..')
  }
  if (isRooted) return `/${segments.join('/')}`
  return segments.length === 0 ? '.' : segments.join('/')
}

/** The two parts of a path as the collector recorded it. */
export interface SplitPath {
  readonly path: string
  /** The two kernel addresses of a connected Unix socket, "ab->cd"; empty for any other path. */
  readonly link: string
}

/**
 * Splits a socket's kernel addresses from its path: `0ABC->0def /run/x` is path `/run/x` and link `abc->def`. The path is the
 * whole rest, including spaces. Any other text is only a path.
 */
export function splitSocketPath(raw: string): SplitPath {
  // Few paths belong to sockets, and a search for two characters is cheaper than the regular expression.
  if (raw.indexOf('->') < 0) return { path: raw, link: '' }
  const match = SOCKET_PATH.exec(raw)
  if (match === null) return { path: raw, link: '' }
  return { path: match[3] ?? '', link: `${match[1]}->${match[2]}`.toLowerCase() }
}

/** Addresses have at most 64 bits and are shown without leading zeros. The match is linear in the length of the text. */
const SOCKET_PATH = /^0*([0-9a-fA-F]{1,16})->0*([0-9a-fA-F]{1,16})[ \t]+(\S.*)$/s
