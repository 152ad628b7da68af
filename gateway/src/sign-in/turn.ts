// Whose signature is recovered now: of a crowd that joins at once only some in each turn of the event loop. Meanwhile
// receipts are heard, and the chain and the tunnel already work for the first of the crowd.

/** Two milliseconds' work. With half as many the tunnel would be changed more often for fewer. */
const AT_ONCE = 16

const waiting: (() => void)[] = []
let taken = 0
let turnIsComing = false

/** In the order of the calls. */
export async function turn(): Promise<void> {
  if (!turnIsComing) comeAgain()
  if (taken >= AT_ONCE) return new Promise((resolve) => void waiting.push(resolve))
  taken++
}

function comeAgain(): void {
  turnIsComing = true
  setImmediate(() => {
    const next = waiting.splice(0, AT_ONCE)
    taken = next.length
    turnIsComing = false
    if (taken > 0) comeAgain()
    for (const go of next) go()
  })
}
