// SPDX-License-Identifier: Apache-2.0

/** Keys of a stage's section that do not belong to its component. */
export const STAGE_KEYS = ['processor', 'name', 'in', 'out', 'onError']

/** Keys of a driver's section that do not belong to its component. */
export const DRIVER_KEYS = ['driver', 'out', 'path']
