// SPDX-License-Identifier: Apache-2.0

/** What a plugin may be called: what stands in front of the point of its keys, and after DRIVER_ in a variable. */
export const isPluginName = (name: string): boolean => /^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(name)
