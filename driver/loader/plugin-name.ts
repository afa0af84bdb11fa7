// SPDX-License-Identifier: Apache-2.0

/** A valid plugin name: it is the prefix of its keys in front of the dot, and follows DRIVER_ in a variable. */
export const isPluginName = (name: string): boolean => /^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(name)
