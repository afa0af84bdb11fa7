// SPDX-License-Identifier: Apache-2.0
import type { Environment } from '../../../core/contract/environment.js'

/** A text of the pipeline file with its variables replaced. */
export interface SubstitutedText {
  readonly text: string
  /** References to unset variables without a default: the reference as written, and the name of the variable. */
  readonly unset: readonly { readonly reference: string; readonly variable: string }[]
}

/**
 * `${NAME}` becomes the value of the variable, `${NAME:-default}` the default if the variable is unset or empty, and `$${` a
 * literal `${`. Every other `$` stays. The value of a variable is not parsed, so that a password may have any character.
 */
export function substituteVariables(text: string, environment: Environment): SubstitutedText {
  const unset: { reference: string; variable: string }[] = []
  const substituted = text.replace(REFERENCE, (reference: string, variable: string | undefined, fallback: string | undefined) => {
    if (variable === undefined) return '${'
    const value = Object.hasOwn(environment, variable) ? environment[variable] : undefined
    if (fallback !== undefined) return value === undefined || value === '' ? fallback : value
    if (value === undefined) unset.push({ reference, variable })
    return value ?? ''
  })
  return { text: substituted, unset }
}

/** The reverse, for a string that is written to a pipeline file. */
export const escapeVariables = (text: string): string => text.replaceAll('${', () => '$${')

const REFERENCE = /\$\$\{|\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}/g
