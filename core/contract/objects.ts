// SPDX-License-Identifier: Apache-2.0

/** An object that is not a list, as in JSON. Functions are none. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  isObjectOrList(value) && !Array.isArray(value)

export const isObjectOrList = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

/** An own property of an object; undefined for everything else. */
export const propertyOf = (value: unknown, key: string): unknown =>
  isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
