// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { GENERATED_FOLDERS, generatedPages } from './generated-pages.js'

/** `make docs`: writes the generated pages, and removes those of components and commands that no longer exist. */
const pages = await generatedPages()
for (const path of pages.keys()) mkdirSync(dirname(path), { recursive: true })
for (const folder of GENERATED_FOLDERS)
  for (const name of readdirSync(folder)) if (!pages.has(`${folder}/${name}`)) rmSync(join(folder, name))
for (const [path, text] of pages) writeFileSync(path, text)
process.stdout.write(`${pages.size} pages written\n`)
