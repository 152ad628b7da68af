// One thing that a node needs, and what a look at it brings.

import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import type { NodeKeys } from '../keys.ts'

/** What was found; `mend` is the line that mends it. A warning keeps nobody from serving. */
export type Finding = { level: 'ok'; found: string } | { level: 'warning' | 'broken'; found: string; mend: string }

export type DoctorContext = { config: Config; keys: NodeKeys; clock: Clock }

export type Check = { name: string; look: (context: DoctorContext) => Promise<Finding> }

export const ok = (found: string): Finding => ({ level: 'ok', found })
export const broken = (found: string, mend: string): Finding => ({ level: 'broken', found, mend })
export const warning = (found: string, mend: string): Finding => ({ level: 'warning', found, mend })
