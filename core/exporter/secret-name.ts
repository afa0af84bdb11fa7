// SPDX-License-Identifier: Apache-2.0

/** Whether what is set under that name is shown to nobody, though the setting that it is part of is no secret as a whole. */
export const isSecretName = (name: string): boolean => /(password|secret|token|\.key\.pem)$/.test(name)
