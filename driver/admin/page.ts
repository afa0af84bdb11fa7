// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { programRoot } from '../process/package.js'

export interface LivePage {
  readonly text: string
  /** The content security policy: the page runs its own script and sends requests to its own origin, nothing else. */
  readonly policy: string
}

/** The live page as one document. It contains no data of the run: its script requests them and shows them as text. */
export async function livePage(): Promise<LivePage> {
  const [frame, style, script] = await Promise.all(['page.html', 'page.css', 'page.js'].map(read))
  const text = (frame ?? '').replace('<style></style>', () => `<style>${style}</style>`)
  return {
    text: text.replace('<script></script>', () => `<script>${script}</script>`),
    policy: [
      "default-src 'none'",
      `style-src 'sha256-${hashOf(style)}'`,
      `script-src 'sha256-${hashOf(script)}'`,
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
  }
}

const read = (name: string): Promise<string> => readFile(join(programRoot(), 'resources', 'admin', name), 'utf8')

const hashOf = (text = ''): string => createHash('sha256').update(text).digest('base64')
