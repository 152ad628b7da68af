// All of them.
import { mutants as chain } from './chain.ts'
import { mutants as fast } from './fast.ts'
import type { Mutant } from './mutant.ts'
import { mutants as plane } from './plane.ts'
import { mutants as signIn } from './sign-in.ts'

export const mutants: Mutant[] = [...signIn, ...fast, ...chain, ...plane]

export const pitfallTest = ({ pitfall }: Pick<Mutant, 'pitfall'>): string => `pitfall ${pitfall}:`
