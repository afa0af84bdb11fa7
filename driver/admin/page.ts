// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { programRoot } from '../process/package.js'

export interface LivePage {
  readonly text: string
  /** Its content security policy: it may run what it brings with it and ask where it comes from, nothing else. */
  readonly policy: string
}

/** The live page, in one piece. Nothing of the run is written into it: its script asks for that, and shows it as text. */
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
