// SPDX-License-Identifier: Apache-2.0

import type { CommandInvocation } from '../../../../core/contract/command.js'
import type { ErrorCatalogue } from '../../../../core/contract/error-catalogue.js'
import { Fault } from '../../../../core/errors/fault.js'
import { nearest } from '../../../../core/errors/nearest.js'
import { styleFor } from '../../../../core/terminal/color.js'
import type { ApplyStyle } from '../../../../core/terminal/style.js'
import { EXIT, type ExitCode } from '../../../exit-codes.js'
import type { ProcessContext } from '../../../process/process-context.js'
import { HELP_WIDTH } from '../../help.js'
import { registryFor } from '../list/pipeline-items.js'
import { areaOf, areasWith, type ErrorArea } from './areas.js'

/** Prints the description of a code, or, without a code, the list of codes. */
export async function explain({ arguments: [word], options }: CommandInvocation, context: ProcessContext): Promise<ExitCode> {
  const { stdout, environment } = context
  const style = styleFor(stdout, environment)
  const { errors, declaredErrors } = await registryFor(options, context)
  const areas = areasWith(declaredErrors)
  stdout.write(word === undefined ? overview(errors, areas, style) : explanation(resolveCode(word, errors), errors, style, areas))
  return EXIT.ok
}

/** Finds a code in any letter case, with or without its prefix, or within a log line. Throws a fault if there is none. */
export function resolveCode(word: string, errors: ErrorCatalogue): string {
  const codes = Object.keys(errors)
  const printed = codes.find(code => word.split(/\W+/).includes(code))
  if (printed !== undefined) return printed
  const name = (/\bSFP_[A-Z0-9_]+/.exec(word)?.[0] ?? word).trim().toUpperCase().replaceAll('-', '_')
  const whole = name.startsWith('SFP_') ? name : `SFP_${name}`
  const code = codes.find(known => known === whole || known === name)
  if (code !== undefined) return code
  const containing = codes.filter(known => known.includes(name))
  const close = containing.length === 1 ? containing[0] : nearest(whole, codes)
  throw new Fault('SFP_EXPLAIN_UNKNOWN', { code: word, nearest: close ?? '' })
}

export function explanation(code: string, errors: ErrorCatalogue, style: ApplyStyle, areas?: readonly ErrorArea[]): string {
  const { what = '', hint = '', causes = [] } = errors[code] ?? {}
  const area = areaOf(code, areas)
  const hasDetails = /\{\w+\}/.test(what + hint)
  return [
    style(code, 'bad'),
    '',
    paragraph('What happened', what, style),
    ...(hint === '' || hint === '{hint}' ? [] : [paragraph('How to fix it', hint, style)]),
    ...(causes.length === 0 ? [] : [style('  Causes', 'head'), ...causes.map(cause => wrapped(`- ${cause}`, 4, 6)), '']),
    ...(area ? [paragraph('Area', aboutText(area), style)] : []),
    style(
      hasDetails ? '  Words in braces are placeholders. All codes: docs/errors.md.' : '  All codes: docs/errors.md.',
      'quiet',
    ),
    '',
  ].join('\n')
}

const aboutText = ({ about, pages }: ErrorArea): string =>
  pages.length === 0 ? about : `${about} See ${pages.map(page => `docs/${page}`).join(', ')}.`

function overview(errors: ErrorCatalogue, areas: readonly ErrorArea[], style: ApplyStyle): string {
  const width = Math.max(...areas.map(({ prefix }) => prefix.length)) + 1
  const rows = areas.map(
    ({ prefix, about }) =>
      `  ${style(`${prefix}*`.padEnd(width), 'key')}  ${wrapped(about, 0, width + 4, HELP_WIDTH - width - 4)}`,
  )
  return [
    `${Object.keys(errors).length} error codes. To explain one of them: sfprocessor explain CODE`,
    '',
    ...rows,
    '',
    style('All codes with their messages: sfprocessor list codes, or docs/errors.md.', 'quiet'),
    '',
  ].join('\n')
}

const paragraph = (heading: string, text: string, style: ApplyStyle): string =>
  `${style(`  ${heading}`, 'head')}\n${wrapped(text, 4, 4)}\n`

/** Lines of whole words, the first indented by `first`, further ones by `next`. */
function wrapped(text: string, first: number, next: number, columns = HELP_WIDTH - next): string {
  const lines: string[] = ['']
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? ''
    if (line !== '' && line.length + 1 + word.length > columns) lines.push(word)
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`
  }
  return lines.map((line, index) => ' '.repeat(index === 0 ? first : next) + line).join('\n')
}
