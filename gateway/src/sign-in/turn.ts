// Whose signature is recovered now: of a crowd that joins at once only some in each turn of the event loop. Meanwhile
// receipts are heard, and the chain and the tunnel already work for the first of the crowd.
import { setImmediate } from 'node:timers/promises'

/** Two milliseconds' work. With half as many the tunnel would be changed more often for fewer. */
const AT_ONCE = 16

let taken = 0
let next: Promise<void> | undefined

/** In the order of the calls. */
export async function turn(): Promise<void> {
  while (taken >= AT_ONCE) await next
  taken++
  next ??= setImmediate().then(() => {
    taken = 0
    next = undefined
  })
}
