// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { kept } from './kept.js'
import { Random } from './random.js'
import { ENDINGS, FOLDERS, NOUNS, OPTIONS, TOOLS } from './vocabulary.js'

/**
 * A folder with so many rules on started programs, in the shape of Sigma's for Linux: most ask for the end of the image and for
 * parts of the command line, some for the parent, about one in four has a list of alternatives, one in twelve an exception.
 */
export const sigmaRules = (count: number): Promise<string> =>
  kept(`sigma-rules-${count}`, path => {
    mkdirSync(path, { recursive: true })
    writeFileSync(join(path, 'rules.yaml'), sigmaRulesText(count))
  })

export function sigmaRulesText(count: number): string {
  const random = new Random(2)
  const rules = ['- macro: process_created\n  condition: sf.opflags = EXEC\n']
  for (let number = 1; number <= count; number++) {
    const criteria = criteriaOf(random)
    if (random.chance(1 / 12)) criteria.push(`not ${onCommandLine(random)}`)
    rules.push(
      [
        `- rule: Generated ${number}`,
        `  desc: A rule on started programs, number ${number} of those made for measuring.`,
        `  condition: process_created and ${criteria.join(' and ')}`,
        `  priority: ${random.of(['low', 'medium', 'high'])}`,
        '',
      ].join('\n'),
    )
  }
  return rules.join('\n')
}

/** One to three, in the shares in which Sigma's rules have them. */
function criteriaOf(random: Random): string[] {
  const share = random.next()
  if (share < 0.3) return [onCommandLine(random), onCommandLine(random)]
  if (share < 0.7) return [onImage(random), onCommandLine(random)]
  if (share < 0.8) return [onImage(random), onCommandLine(random), onCommandLine(random)]
  if (share < 0.83) return [onCommandLine(random)]
  if (share < 0.95) return [onParent(random), onImage(random)]
  return [onParent(random), onCommandLine(random)]
}

const onImage = (random: Random): string => {
  if (random.chance(0.05)) return compared('sf.proc.exe', 'startswith', [`${random.of(FOLDERS)}/${random.of(NOUNS)}`])
  if (random.chance(0.1))
    return compared(
      'sf.proc.exe',
      'contains',
      literals(random, () => `/${pair(random)}/`),
    )
  return compared(
    'sf.proc.exe',
    'endswith',
    literals(random, () => `/${random.of(TOOLS)}`),
  )
}

const onParent = (random: Random): string =>
  compared(
    'sf.pproc.exe',
    'endswith',
    literals(random, () => `/${random.of([...TOOLS, ...NOUNS])}`),
  )

const onCommandLine = (random: Random): string => {
  if (random.chance(0.1)) return compared('sf.proc.cmdline', 'endswith', literals(random, () => `/${random.of(NOUNS)}.${random.of(ENDINGS)}`)) // biome-ignore format: long
  if (random.chance(0.04)) return compared('sf.proc.cmdline', 'startswith', [`${random.of(FOLDERS)}/${random.of(TOOLS)} --${random.of(OPTIONS)}`]) // biome-ignore format: long
  return compared(
    'sf.proc.cmdline',
    'contains',
    literals(random, () => part(random)),
  )
}

/** One alternative, or two to eight. */
function literals(random: Random, make: () => string): string[] {
  return Array.from({ length: random.chance(0.75) ? 1 : 2 + random.below(7) }, make)
}

/** What Sigma's rules look for in a command line: an option, an option with its value, a path, a bare word. */
function part(random: Random): string {
  const share = random.next()
  if (share < 0.35) return ` --${random.of(OPTIONS)} ${random.of(NOUNS)}`
  if (share < 0.5) return ` --${random.of(OPTIONS)}-${random.of(NOUNS)}`
  if (share < 0.7) return `${random.of(FOLDERS)}/${random.of(NOUNS)}/${random.of(NOUNS)}`
  if (share < 0.85) return `/${random.of(NOUNS)}.${random.of(ENDINGS)}`
  return pair(random)
}

const pair = (random: Random): string => `${random.of(NOUNS)}${random.of(['-', '_', '.'])}${random.of(NOUNS)}`

function compared(attribute: string, operator: 'contains' | 'endswith' | 'startswith', texts: readonly string[]): string {
  const alternatives = texts.map(text => `${attribute} ${operator} "${text}"`)
  return alternatives.length === 1 ? (alternatives[0] as string) : `(${alternatives.join(' or ')})`
}
