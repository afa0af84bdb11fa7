// SPDX-License-Identifier: Apache-2.0

/**
 * Whether a value under that name is a secret and never shown, although the setting that contains it is not secret as a whole.
 */
export const isSecretName = (name: string): boolean => /(password|secret|token|\.key\.pem)$/.test(name)
