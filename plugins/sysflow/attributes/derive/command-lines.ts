// SPDX-License-Identifier: Apache-2.0

/** Command line of the process itself: the space remains if there are no arguments. */
export const ownCommandLine = (exe: string, args: string): string => `${exe} ${args}`

/** Command line of an ancestor (the process itself included): no space if there are no arguments. */
export const ancestorCommandLine = (exe: string, args: string): string => (args === '' ? exe : `${exe} ${args}`)
