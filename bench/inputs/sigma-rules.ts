// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BenchRandom } from './bench-random.js'
import { cachedInput } from './cached-input.js'
import { FILE_ENDINGS, FOLDERS, NOUNS, OPTIONS, TOOLS } from './word-lists.js'

/**
 * A folder with `count` rules on process starts, in the form of Sigma's for Linux: most match the end of the image and parts of
 * the command line, some the parent; about one in four has a list of alternatives, one in twelve an exception.
 */
export const sigmaRules = (count: number): Promise<string> =>
  cachedInput(`sigma-rules-${count}`, path => {
    mkdirSync(path, { recursive: true })
    writeFileSync(join(path, 'rules.yaml'), sigmaRulesText(count))
  })

export function sigmaRulesText(count: number): string {
  const random = new BenchRandom(2)
  const rules = ['- macro: process_created\n  condition: sf.opflags = EXEC\n']
  for (let number = 1; number <= count; number++) {
    const criteria = criteriaOf(random)
    if (random.chance(1 / 12)) criteria.push(`not ${onCommandLine(random)}`)
    rules.push(
      [
        `- rule: Generated ${number}`,
        `  desc: A rule on started programs, number ${number} of those made for measuring.`,
        `  condition: process_created and ${criteria.join(' and ')}`,
        `  priority: ${random.pick(['low', 'medium', 'high'])}`,
        '',
      ].join('\n'),
    )
  }
  return rules.join('\n')
}

/** One to three criteria, with the frequencies that they have in Sigma's rules. */
function criteriaOf(random: BenchRandom): string[] {
  const share = random.next()
  if (share < 0.3) return [onCommandLine(random), onCommandLine(random)]
  if (share < 0.7) return [onImage(random), onCommandLine(random)]
  if (share < 0.8) return [onImage(random), onCommandLine(random), onCommandLine(random)]
  if (share < 0.83) return [onCommandLine(random)]
  if (share < 0.95) return [onParent(random), onImage(random)]
  return [onParent(random), onCommandLine(random)]
}

const onImage = (random: BenchRandom): string => {
  if (random.chance(0.05)) return comparison('sf.proc.exe', 'startswith', [`${random.pick(FOLDERS)}/${random.pick(NOUNS)}`])
  if (random.chance(0.1))
    return comparison(
      'sf.proc.exe',
      'contains',
      literals(random, () => `/${compoundName(random)}/`),
    )
  return comparison(
    'sf.proc.exe',
    'endswith',
    literals(random, () => `/${random.pick(TOOLS)}`),
  )
}

const onParent = (random: BenchRandom): string =>
  comparison(
    'sf.pproc.exe',
    'endswith',
    literals(random, () => `/${random.pick([...TOOLS, ...NOUNS])}`),
  )

const onCommandLine = (random: BenchRandom): string => {
  if (random.chance(0.1)) return comparison('sf.proc.cmdline', 'endswith', literals(random, () => `/${random.pick(NOUNS)}.${random.pick(FILE_ENDINGS)}`)) // biome-ignore format: long
  if (random.chance(0.04)) return comparison('sf.proc.cmdline', 'startswith', [`${random.pick(FOLDERS)}/${random.pick(TOOLS)} --${random.pick(OPTIONS)}`]) // biome-ignore format: long
  return comparison(
    'sf.proc.cmdline',
    'contains',
    literals(random, () => commandLinePart(random)),
  )
}

/** One literal, or two to eight alternatives. */
function literals(random: BenchRandom, make: () => string): string[] {
  return Array.from({ length: random.chance(0.75) ? 1 : 2 + random.below(7) }, make)
}

/** What Sigma's rules match in a command line: an option, an option with its value, a path, a word. */
function commandLinePart(random: BenchRandom): string {
  const share = random.next()
  if (share < 0.35) return ` --${random.pick(OPTIONS)} ${random.pick(NOUNS)}`
  if (share < 0.5) return ` --${random.pick(OPTIONS)}-${random.pick(NOUNS)}`
  if (share < 0.7) return `${random.pick(FOLDERS)}/${random.pick(NOUNS)}/${random.pick(NOUNS)}`
  if (share < 0.85) return `/${random.pick(NOUNS)}.${random.pick(FILE_ENDINGS)}`
  return compoundName(random)
}

const compoundName = (random: BenchRandom): string => `${random.pick(NOUNS)}${random.pick(['-', '_', '.'])}${random.pick(NOUNS)}`

function comparison(attribute: string, operator: 'contains' | 'endswith' | 'startswith', texts: readonly string[]): string {
  const alternatives = texts.map(text => `${attribute} ${operator} "${text}"`)
  return alternatives.length === 1 ? (alternatives[0] as string) : `(${alternatives.join(' or ')})`
}
