// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { COMPONENTS, generatedPages } from './generated-pages.js'

/** `make docs`: writes the generated pages, and removes those of components that are no more. */
const pages = generatedPages()
mkdirSync(COMPONENTS, { recursive: true })
for (const name of readdirSync(COMPONENTS)) if (!pages.has(`${COMPONENTS}/${name}`)) rmSync(join(COMPONENTS, name))
for (const [path, text] of pages) writeFileSync(path, text)
process.stdout.write(`${pages.size} pages written\n`)
