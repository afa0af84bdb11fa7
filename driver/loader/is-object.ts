// SPDX-License-Identifier: Apache-2.0

export const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
