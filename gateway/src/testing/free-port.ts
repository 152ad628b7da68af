// A port of the loopback interface that nobody uses. Below those that the system gives to outgoing connections: one of
// them could be gone before it is listened on.
import { randomInt } from 'node:crypto'
import { requireFreePort } from '../server/require-free-port.ts'

const FIRST = 20_000
const LAST = 32_000

export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST, LAST)
    const isFree = await requireFreePort({ host: '127.0.0.1', port }).then(
      () => true,
      () => false,
    )
    if (isFree) return port
  }
}
